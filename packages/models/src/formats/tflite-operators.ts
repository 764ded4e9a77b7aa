/**
 * TensorFlow Lite's operators by their number in its schema, and the positions of the options of those that are
 * supported. The others are listed so that a refusal can name them. mapping/tflite.ts has what they compute.
 */
import type { NumberKind } from './flat-table.ts'

/** `BuiltinOperator` of the schema, from 0 on. */
export const operatorNames = `
ADD AVERAGE_POOL_2D CONCATENATION CONV_2D DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE EMBEDDING_LOOKUP FLOOR
FULLY_CONNECTED HASHTABLE_LOOKUP L2_NORMALIZATION L2_POOL_2D LOCAL_RESPONSE_NORMALIZATION LOGISTIC LSH_PROJECTION LSTM
MAX_POOL_2D MUL RELU RELU_N1_TO_1 RELU6 RESHAPE RESIZE_BILINEAR RNN SOFTMAX SPACE_TO_DEPTH SVDF TANH CONCAT_EMBEDDINGS
SKIP_GRAM CALL CUSTOM EMBEDDING_LOOKUP_SPARSE PAD UNIDIRECTIONAL_SEQUENCE_RNN GATHER BATCH_TO_SPACE_ND
SPACE_TO_BATCH_ND TRANSPOSE MEAN SUB DIV SQUEEZE UNIDIRECTIONAL_SEQUENCE_LSTM STRIDED_SLICE BIDIRECTIONAL_SEQUENCE_RNN
EXP TOPK_V2 SPLIT LOG_SOFTMAX DELEGATE BIDIRECTIONAL_SEQUENCE_LSTM CAST PRELU MAXIMUM ARG_MAX MINIMUM LESS NEG PADV2
GREATER GREATER_EQUAL LESS_EQUAL SELECT SLICE SIN TRANSPOSE_CONV SPARSE_TO_DENSE TILE EXPAND_DIMS EQUAL NOT_EQUAL LOG
SUM SQRT RSQRT SHAPE POW ARG_MIN FAKE_QUANT REDUCE_PROD REDUCE_MAX PACK LOGICAL_OR ONE_HOT LOGICAL_AND LOGICAL_NOT
UNPACK REDUCE_MIN FLOOR_DIV REDUCE_ANY SQUARE ZEROS_LIKE FILL FLOOR_MOD RANGE RESIZE_NEAREST_NEIGHBOR LEAKY_RELU
SQUARED_DIFFERENCE MIRROR_PAD ABS SPLIT_V UNIQUE CEIL REVERSE_V2 ADD_N GATHER_ND COS WHERE RANK ELU REVERSE_SEQUENCE
MATRIX_DIAG QUANTIZE MATRIX_SET_DIAG ROUND HARD_SWISH IF WHILE NON_MAX_SUPPRESSION_V4 NON_MAX_SUPPRESSION_V5 SCATTER_ND
SELECT_V2 DENSIFY`
  .trim()
  .split(/\s+/)

/** An option: its field in the operator's options table, its kind, and its default in the schema. */
type Option = readonly [field: number, kind: NumberKind, otherwise: number]

const pooling: Readonly<Record<string, Option>> = {
  padding: [0, 'i8', 0],
  strideWidth: [1, 'i32', 0],
  strideHeight: [2, 'i32', 0],
  filterWidth: [3, 'i32', 0],
  filterHeight: [4, 'i32', 0],
  activation: [5, 'i8', 0],
}

/** Options by operator and name. */
export const operatorOptions: Readonly<Record<string, Readonly<Record<string, Option>>>> = {
  ADD: { activation: [0, 'i8', 0] },
  CONV_2D: {
    padding: [0, 'i8', 0],
    strideWidth: [1, 'i32', 0],
    strideHeight: [2, 'i32', 0],
    activation: [3, 'i8', 0],
    dilationWidth: [4, 'i32', 1],
    dilationHeight: [5, 'i32', 1],
  },
  DEPTHWISE_CONV_2D: {
    padding: [0, 'i8', 0],
    strideWidth: [1, 'i32', 0],
    strideHeight: [2, 'i32', 0],
    activation: [4, 'i8', 0],
    dilationWidth: [5, 'i32', 1],
    dilationHeight: [6, 'i32', 1],
  },
  AVERAGE_POOL_2D: pooling,
  MAX_POOL_2D: pooling,
  MUL: { activation: [0, 'i8', 0] },
  SUB: { activation: [0, 'i8', 0] },
  CONCATENATION: { axis: [0, 'i32', 0], activation: [1, 'i8', 0] },
  LEAKY_RELU: { slope: [0, 'f32', 0] },
  MEAN: { keepAxes: [0, 'u8', 0] },
  MIRROR_PAD: { mode: [0, 'i8', 0] },
  PACK: { axis: [1, 'i32', 0] },
  RESIZE_BILINEAR: { alignCorners: [2, 'u8', 0], halfPixelCentres: [3, 'u8', 0] },
}
