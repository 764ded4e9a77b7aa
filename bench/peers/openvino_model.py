"""A peer for timing: OpenVINO with a model of ours, float32 from -1 to 1 in and out. Reads a line per run from standard
input and answers each.

    python openvino_model.py MODEL.onnx SIZE THREADS
"""

import sys

import numpy
import openvino


def main():
    path, size, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    settings = {'INFERENCE_NUM_THREADS': threads, 'INFERENCE_PRECISION_HINT': 'f32', 'PERFORMANCE_HINT': 'LATENCY'}
    network = openvino.Core().compile_model(path, 'CPU', settings)
    x = numpy.random.default_rng(1).uniform(-1, 1, (1, 3, size, size)).astype(numpy.float32)
    network(x)
    print(f'OpenVINO {openvino.__version__.split("-")[0]}', flush=True)
    for _ in sys.stdin:
        network(x)
        print('done', flush=True)


main()
