"""Drafts of the labels in labels.png, before corrections.json.

Not part of the product: kept as the record of how the labels were made. Needs Python 3.11 with numpy, opencv-contrib-python,
onnxruntime, onnx, tflite and mediapipe 0.10.14.

For each portrait it reads, from a folder, ID.png (512 pixels), ID.json (landmarks in pixels of 256, head, signs) and ID.bin:
the guides [256, 256, 8], then planes of 256 by 256 bytes: how much each pixel's colour is like the face's skin in any light (128
at the threshold), like lit skin, beard, glasses, teeth. These planes are what regions/skin-colour.ts, beard.ts, glasses.ts and
teeth.ts measured before a network took their place (revision 795e450). Hair is found by MediaPipe's hair segmentation
(hair_segmentation.tflite, Apache-2.0, SHA-256 d2c940c4fd80edeaf38f5d7387d1b4235ee320ed120080df67c663e749e77633), hands by its
hand landmarks.

    python draft.py hair_segmentation.tflite FOLDER
"""
import glob
import json
import sys

import cv2
import mediapipe
import numpy as np
import onnx
import onnxruntime
import tflite
from onnx import TensorProto, helper, numpy_helper

CLASSES = ['background', 'skin', 'hair', 'beard', 'clothes', 'headgear', 'hand', 'glasses', 'shades', 'teeth']
BACKGROUND, SKIN, HAIR, BEARD, CLOTHES, HEADGEAR, HAND, GLASSES, SHADES, TEETH = range(10)
UNKNOWN = 255
N = 256


def hair_network(file):
    """MediaPipe's hair segmentation as ONNX: [1, 4, 512, 512], RGB from 0 to 1 and zeros, to logits of not hair and hair."""
    m = tflite.Model.GetRootAsModel(open(file, 'rb').read(), 0)
    g = m.Subgraphs(0)
    code = {v: k for k, v in vars(tflite.BuiltinOperator).items() if isinstance(v, int)}
    nodes, inits, done = [], [], set()
    def const(i):
        t = g.Tensors(i); b = m.Buffers(t.Buffer())
        dt = {0: np.float32, 1: np.float16, 2: np.int32}[t.Type()]
        return np.frombuffer(b.DataAsNumpy().tobytes(), dt).reshape(t.ShapeAsNumpy() if t.ShapeLength() else ())
    def init(name, a):
        if name not in done:
            done.add(name); inits.append(numpy_helper.from_array(np.ascontiguousarray(a.astype(np.float32) if a.dtype == np.float16 else a), name))
        return name
    T = lambda i: f't{i}'
    for k in range(g.OperatorsLength()):
        o = g.Operators(k); c = m.OperatorCodes(o.OpcodeIndex())
        cd = max(c.BuiltinCode(), c.DeprecatedBuiltinCode()); n = code[cd] if cd != 32 else c.CustomCode().decode()
        I = [int(i) for i in o.InputsAsNumpy()]; O = [int(i) for i in o.OutputsAsNumpy()]
        shp = lambda i: [int(x) for x in g.Tensors(i).ShapeAsNumpy()]
        if n in ('CONV_2D', 'DEPTHWISE_CONV_2D'):
            op = (tflite.Conv2DOptions if n == 'CONV_2D' else tflite.DepthwiseConv2DOptions)()
            op.Init(o.BuiltinOptions().Bytes, o.BuiltinOptions().Pos)
            w = const(I[1]); w = w.transpose(0, 3, 1, 2) if n == 'CONV_2D' else w.transpose(3, 0, 1, 2)
            d = [op.DilationHFactor(), op.DilationWFactor()]; s = [op.StrideH(), op.StrideW()]
            at = dict(strides=s, dilations=d, group=1 if n == 'CONV_2D' else w.shape[0])
            if op.Padding() == 0:
                def pad(size, kern, st, dil):
                    total = max(((size + st - 1) // st - 1) * st + (kern - 1) * dil + 1 - size, 0)
                    return total // 2, total - total // 2
                (t, b), (l, r) = (pad(shp(I[0])[1 + a], w.shape[2 + a], s[a], d[a]) for a in (0, 1))
                at['pads'] = [t, l, b, r]
            nodes.append(helper.make_node('Conv', [T(I[0]), init(f'w{I[1]}', w), init(f'w{I[2]}', const(I[2]))], [T(O[0])], **at))
            if op.FusedActivationFunction(): raise Exception('act')
        elif n == 'PRELU':
            nodes.append(helper.make_node('PRelu', [T(I[0]), init(f'w{I[1]}', const(I[1]).reshape(-1, 1, 1))], [T(O[0])]))
        elif n == 'ADD':
            nodes.append(helper.make_node('Add', [T(I[0]), T(I[1])], [T(O[0])]))
        elif n == 'CONCATENATION':
            nodes.append(helper.make_node('Concat', [T(i) for i in I], [T(O[0])], axis=1))
        elif n == 'MaxPoolingWithArgmax2D':
            # The unpooling places the value where the maximum was: a mask of equal pixels.
            up = f'u{O[0]}'
            nodes.append(helper.make_node('MaxPool', [T(I[0])], [T(O[0])], kernel_shape=[2, 2], strides=[2, 2]))
            nodes.append(helper.make_node('Resize', [T(O[0]), '', init('two', np.array([1, 1, 2, 2], np.float32))], [up], mode='nearest', nearest_mode='floor', coordinate_transformation_mode='asymmetric'))
            nodes.append(helper.make_node('Equal', [up, T(I[0])], [f'e{O[1]}']))
            nodes.append(helper.make_node('Cast', [f'e{O[1]}'], [f'm{O[1]}'], to=TensorProto.FLOAT))
        elif n == 'MaxUnpooling2D':
            nodes.append(helper.make_node('Resize', [T(I[0]), '', init('two', np.array([1, 1, 2, 2], np.float32))], [f'v{k}'], mode='nearest', nearest_mode='floor', coordinate_transformation_mode='asymmetric'))
            nodes.append(helper.make_node('Mul', [f'v{k}', f'm{I[1]}'], [T(O[0])]))
        elif n == 'Convolution2DTransposeBias':
            w = const(I[1])  # [out, kh, kw, in]
            kh = w.shape[1]
            wt = w.transpose(3, 0, 1, 2)
            # SAME with stride 2: kernel 2 needs no padding; kernel 3 has one more row at the end to cut.
            h = shp(O[0])[1]
            at = dict(strides=[2, 2], pads=[0, 0, kh - 2, kh - 2])
            nodes.append(helper.make_node('ConvTranspose', [T(I[0]), init(f'w{I[1]}t', wt), init(f'w{I[2]}', const(I[2]))], [T(O[0])], **at))
        elif n == 'DEQUANTIZE':
            nodes.append(helper.make_node('Identity', [init(f'h{I[0]}', const(I[0]))], [T(O[0])]))
        else: raise Exception(n)
    i, o = int(g.InputsAsNumpy()[0]), int(g.OutputsAsNumpy()[0])
    gr = helper.make_graph(nodes, 'hair', [helper.make_tensor_value_info(T(i), 1, [1, 4, 512, 512])], [helper.make_tensor_value_info(T(o), 1, [1, 2, 512, 512])], inits)
    return helper.make_model(gr, opset_imports=[helper.make_opsetid('', 13)], ir_version=8).SerializeToString()


def gf(rgb,a,r=4,e=1e-3): return cv2.ximgproc.guidedFilter(rgb.astype(np.float32)/255,a.astype(np.float32),r,e)
def draft(g, pl, H, J, hands):
    """Labels [256, 256] from guides, planes, hair (0 to 1), the portrait's facts and hands' landmarks."""
    rgb=g[...,:3]; p=g[...,3]/255.
    x=g[...,4]/51.-2.5; y=g[...,5]/51.-2.5; d=g[...,6]/255.*1.2-.4
    S,lit,beard,glass,teeth=pl[:5]
    sg=J['signs']; chin=np.array(J['points'][152]); 
    cy=int(min(255,max(0,chin[1]))); cx=int(min(255,max(0,chin[0]))); chinY=y[cy,cx]; chinX=x[cy,cx]
    hd=np.zeros((N,N),np.float32)
    for h in hands:
        h=np.array(h,np.float32); w=np.linalg.norm(h[9]-h[0])
        t=max(3,int(w*.22))
        for a,b in [(0,1),(1,2),(2,3),(3,4),(0,5),(5,6),(6,7),(7,8),(5,9),(9,10),(10,11),(11,12),(9,13),(13,14),(14,15),(15,16),(13,17),(17,18),(18,19),(19,20),(0,17)]:
            cv2.line(hd,tuple(int(v) for v in h[a]),tuple(int(v) for v in h[b]),1,t)
        cv2.fillPoly(hd,[h[[0,1,5,9,13,17]].astype(np.int32)],1)
    p=np.maximum(p,np.where(H>.6,H,0)); p=np.where(d<0,1,p)
    p=np.maximum(p,hd*.9)
    like=np.clip((S-.44)/.12,0,1)
    grey=sg.get('grey')
    if grey: like=like*((d<.15)|(y<chinY+.45)&(np.abs(x-chinX*.6)<.6))
    sk=np.zeros((N,N)); ha=np.zeros((N,N)); cl=np.zeros((N,N)); hg=np.zeros((N,N)); be=np.zeros((N,N)); hn=np.zeros((N,N))
    face=d<0.0
    ha=np.where(face,np.where(H>.5,H*.9,0),H)
    rest=1-ha
    neck=(np.exp(-(((x-chinX*.6)/.6)**4)))*np.clip((y-chinY+.3)/.3,0,1)*(1-np.clip((y-chinY-.4)/.4,0,1))
    below=np.clip((y-chinY+.35)/.4,0,1)
    skinp=np.where(face,1,np.where(d<.12,np.maximum(like,.35),like*np.where(y<chinY-.3,.8,1)))
    skinp=np.maximum(skinp,.8*neck*np.clip((S-.28)/.12,0,1))
    sk=rest*skinp
    other=rest*(1-skinp)
    cl=other*below
    hg=other*(1-below)*(y<-.1)*(d<.55)
    be=np.where(beard>.4,beard*(sg['beard']>.4),0)
    sc=np.stack([1-p,p*sk,p*ha,0*p,p*cl,p*hg,0*p])
    sc=np.stack([gf(rgb,a) for a in sc])
    L=sc.argmax(0).astype(np.uint8)
    m=sc.max(0); sec=np.sort(sc,0)[-2]
    L[(m-sec<.12)]=UNKNOWN
    L[(beard>.5)&np.isin(L,[SKIN,HAIR,CLOTHES,UNKNOWN])&(sg['beard']>.45)]=BEARD
    L[(hd>.5)&(p>.5)&(like>.4)&np.isin(L,[SKIN,CLOTHES,HEADGEAR,UNKNOWN,BACKGROUND,BEARD])]=HAND
    if sg['glasses']>.9: L[(glass>.5)&np.isin(L,[SKIN,HAIR,UNKNOWN])]=SHADES if sg['darkLenses'] else GLASSES
    L[teeth>.5]=TEETH
    # small pieces are noise
    for c in (SKIN,HAIR,CLOTHES,HEADGEAR,BACKGROUND):
        n,lab,st,_=cv2.connectedComponentsWithStats((L==c).astype(np.uint8))
        for k in range(1,n):
            if st[k,4]<(120 if c!=HEADGEAR else 250): L[lab==k]=UNKNOWN
    return L


def corrected(L, corrections):
    """Labels after the corrections of a picture: each gives pixels of some classes, perhaps within a polygon, another class."""
    for each in corrections:
        chosen = np.ones((N, N), bool)
        if 'within' in each:
            mask = np.zeros((N, N), np.uint8)
            cv2.fillPoly(mask, [np.array(each['within'], np.int32)], 1)
            chosen = mask > 0
        if each['from'] != '*':
            chosen &= np.isin(L, [UNKNOWN if name == '?' else CLASSES.index(name) for name in each['from'].split(',')])
        L = np.where(chosen, UNKNOWN if each['to'] == '?' else CLASSES.index(each['to']), L).astype(np.uint8)
    return L


if __name__ == '__main__':
    hair = onnxruntime.InferenceSession(hair_network(sys.argv[1]))
    finder = mediapipe.solutions.hands.Hands(static_image_mode=True, max_num_hands=4, min_detection_confidence=0.4)
    for path in sorted(glob.glob(sys.argv[2] + '/*.json')):
        stem = path[:-5]
        picture = cv2.cvtColor(cv2.imread(stem + '.png'), cv2.COLOR_BGR2RGB)
        x = np.concatenate([picture / 255.0, np.zeros((512, 512, 1))], 2).transpose(2, 0, 1)[None].astype(np.float32)
        y = hair.run(None, {hair.get_inputs()[0].name: x})[0][0]
        share = cv2.resize(1 / (1 + np.exp(y[0] - y[1])), (N, N), interpolation=cv2.INTER_AREA)
        found = finder.process(picture).multi_hand_landmarks or []
        hands = [[[point.x * N, point.y * N] for point in hand.landmark] for hand in found]
        data = np.fromfile(stem + '.bin', np.uint8)
        planes = data[N * N * 8:].reshape(-1, N, N).astype(np.float32) / 255
        draft(data[:N * N * 8].reshape(N, N, 8), planes, share, json.load(open(path)), hands).tofile(stem + '.labels')
