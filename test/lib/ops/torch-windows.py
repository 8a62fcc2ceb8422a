"""Writes PyTorch's values for torch-windows.test.ts: python torch-windows.py torch-windows.json (needs torch)."""
import sys, torch, math, json, torch.nn.functional as F
torch.set_default_dtype(torch.float64)
def wave(shape, phase):
    n=1
    for s in shape: n*=s
    return torch.tensor([math.sin(1.7*i+phase)*(1+((i*7)%5)) for i in range(n)]).reshape(shape)
cases=[]
def case(op, opts, shapes, f, ints=None):
    xs=[wave(s, 0.3+k).requires_grad_() for k,s in enumerate(shapes)]
    y=f(*xs)
    g=torch.cos(torch.arange(y.numel())*0.9).reshape(y.shape)
    y.backward(g)
    r=lambda t:[float('%.12g'%v) for v in t.flatten().tolist()]
    cases.append(dict(op=op, options=opts, inputs=shapes, shape=list(y.shape), output=r(y), gradients=[r(x.grad) for x in xs]))
for mode in ['reflect','replicate','circular']:
    case('conv2d', dict(padding=[[1,2],[2,1]], paddingMode=mode, stride=[1,2]), [[1,2,4,5],[2,2,3,2]],
      lambda x,w: F.conv2d(F.pad(x,(2,1,1,2),mode=mode), w, stride=(1,2)))
case('conv2d', dict(padding='same', dilation=[2,1]), [[1,2,5,4],[2,2,2,4]], lambda x,w: F.conv2d(x,w,padding='same',dilation=(2,1)))
case('conv2d', dict(flip=True, padding=1, groups=2), [[1,2,4,4],[2,1,3,2]], lambda x,w: F.conv2d(x,w.flip(2,3),padding=1,groups=2))
case('conv1d', dict(stride=2, padding=2, dilation=2, groups=2), [[2,4,9],[4,2,3]], lambda x,w: F.conv1d(x,w,stride=2,padding=2,dilation=2,groups=2))
case('convTranspose1d', dict(stride=3, padding=1, outputPadding=2, dilation=2, groups=2), [[2,4,3],[4,1,3]], lambda x,w: F.conv_transpose1d(x,w,stride=3,padding=1,output_padding=2,dilation=2,groups=2))
case('convTranspose2d', dict(stride=2, padding=1, outputSize=[6,5]), [[1,2,3,3],[2,2,3,3]], lambda x,w: F.conv_transpose2d(x,w,stride=2,padding=1,output_padding=(1,0)))
case('depthwiseConv2d', dict(padding=1), [[1,2,4,3],[4,1,3,3]], lambda x,w: F.conv2d(x,w,padding=1,groups=2))
case('separableConv2d', dict(stride=2), [[1,2,5,5],[4,1,3,3],[3,4,1,1]], lambda x,d,p: F.conv2d(F.conv2d(x,d,stride=2,groups=2),p))
for mode,val in [('constant',1.5),('reflect',0),('replicate',0),('circular',0)]:
    case('pad', dict(padding=[[1,2],[2,0]], mode=mode, **({'value':val} if mode=='constant' else {})), [[1,2,3,3]],
      lambda x: F.pad(x,(2,0,1,2),mode=mode,value=val) if mode=='constant' else F.pad(x,(2,0,1,2),mode=mode))
case('minPool2d', dict(kernelSize=3,stride=2,padding=1,stridePolicy='ceil'), [[1,2,6,5]], lambda x: -F.max_pool2d(-x,3,2,1,ceil_mode=True))
case('averagePool2d', dict(kernelSize=3,stride=2,padding=1,stridePolicy='ceil'), [[1,1,6,5]], lambda x: F.avg_pool2d(x,3,2,1,ceil_mode=True))
case('averagePool2d', dict(kernelSize=3,stride=2,padding=1,stridePolicy='ceil',countIncludePad=False), [[1,1,6,5]], lambda x: F.avg_pool2d(x,3,2,1,ceil_mode=True,count_include_pad=False))
case('averagePool2d', dict(kernelSize=[2,3],stride=2,stridePolicy='ceil',divisorOverride=5), [[1,1,6,6]], lambda x: F.avg_pool2d(x,(2,3),2,0,ceil_mode=True,divisor_override=5))
case('lpPool2d', dict(normType=2,kernelSize=[2,3],stride=1), [[1,2,4,4]], lambda x: F.lp_pool2d(x,2,(2,3),1))
case('lpPool2d', dict(normType=4,kernelSize=2,stride=2,stridePolicy='ceil'), [[1,1,5,5]], lambda x: F.lp_pool2d(x,4,2,2,ceil_mode=True))
case('lpPool2d', dict(normType=1,kernelSize=2), [[1,1,4,4]], lambda x: F.lp_pool2d(x,1,2))
case('maxPool1d', dict(kernelSize=3,stride=2,padding=1,dilation=2), [[2,2,9]], lambda x: F.max_pool1d(x,3,2,1,2))
case('minPool1d', dict(kernelSize=2), [[2,2,5]], lambda x: -F.max_pool1d(-x,2))
case('averagePool1d', dict(kernelSize=3,stride=2,padding=1,countIncludePad=False), [[2,2,6]], lambda x: F.avg_pool1d(x,3,2,1,count_include_pad=False))
case('lpPool1d', dict(kernelSize=3,stride=1,normType=2), [[1,2,5]], lambda x: F.lp_pool1d(x,2,3,1))
for o,s in [([3,2],[1,2,5,7]),([2,2],[1,1,4,6]),([5,4],[1,1,3,2])]:
    case('adaptiveAveragePool2d', dict(outputSize=o), [s], lambda x: F.adaptive_avg_pool2d(x,o))
    case('adaptiveMaxPool2d', dict(outputSize=o), [s], lambda x: F.adaptive_max_pool2d(x,o))
case('im2col', dict(kernelSize=[2,3],stride=[1,2],padding=[1,1],dilation=[2,1]), [[1,2,4,5]], lambda x: F.unfold(x,(2,3),(2,1),(1,1),(1,2)))
case('col2im', dict(outputSize=[4,5],kernelSize=[2,3],stride=[1,2],padding=[1,1],dilation=[2,1]), [[1,12,12]], lambda x: F.fold(x,(4,5),(2,3),(2,1),(1,1),(1,2)))
for opts,kw,s in [
  (dict(scale=2),dict(scale_factor=2,mode='nearest'),[1,2,2,3]),
  (dict(scale=[1.7,0.6]),dict(scale_factor=(1.7,0.6),mode='nearest'),[1,1,3,5]),
  (dict(size=[5,2],mode='nearest-exact'),dict(size=(5,2),mode='nearest-exact'),[1,1,3,5]),
  (dict(scale=2,mode='bilinear'),dict(scale_factor=2,mode='bilinear'),[1,2,3,2]),
  (dict(scale=1.7,mode='bilinear'),dict(scale_factor=1.7,mode='bilinear'),[1,1,4,3]),
  (dict(size=[2,7],mode='bilinear'),dict(size=(2,7),mode='bilinear'),[1,1,5,3]),
  (dict(size=[7,1],mode='bilinear',alignCorners=True),dict(size=(7,1),mode='bilinear',align_corners=True),[1,1,3,4]),
  (dict(scale=2,mode='bicubic'),dict(scale_factor=2,mode='bicubic'),[1,1,3,4]),
  (dict(size=[5,3],mode='bicubic',alignCorners=True),dict(size=(5,3),mode='bicubic',align_corners=True),[1,1,3,4]),
  (dict(scale=2.5,mode='linear'),dict(scale_factor=2.5,mode='linear'),[1,2,4]),
  (dict(size=7,mode='linear',alignCorners=True),dict(size=7,mode='linear',align_corners=True),[1,2,4]),
]:
    case('upsample', opts, [s], lambda x: F.interpolate(x,**kw))
# indices & unpool
def unp(x):
    o,i=F.max_pool2d(x,2,2,return_indices=True); return F.max_unpool2d(o,i,2,2,output_size=(5,4))
case('unpool', dict(), [[1,2,5,4]], unp)
open(sys.argv[1], 'w').write('{\n  "source": "PyTorch %s, float64; input k of a case is sin(1.7 i + 0.3 + k) (1 + 7 i mod 5), the gradient that arrives cos(0.9 i)",\n  "cases": [\n' % torch.__version__.split('+')[0] + ',\n'.join('    '+json.dumps(c) for c in cases)+'\n  ]\n}\n')
