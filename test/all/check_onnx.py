"""Has ONNX's own checker look at every file of a folder, and its own evaluator compute those that have an input beside them.

For `NAME.onnx` these are `NAME.input` and `NAME.output`, numbers of type float64. Prints what is wrong, a line a file.
"""

import pathlib
import sys

import numpy
import onnx
from onnx.reference import ReferenceEvaluator

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.onnx")):
    try:
        onnx.checker.check_model(str(path), full_check=True)
        numbers = path.with_suffix(".input")
        if not numbers.exists():
            continue
        model = onnx.load(str(path))
        shape = [dim.dim_value or -1 for dim in model.graph.input[0].type.tensor_type.shape.dim]
        x = numpy.fromfile(numbers).reshape(shape)
        (found,) = ReferenceEvaluator(model).run(None, {"input": x})
        expected = numpy.fromfile(path.with_suffix(".output")).reshape(found.shape)
        # Double precision, but attributes, such as an epsilon, have single precision in ONNX.
        numpy.testing.assert_allclose(found.astype(numpy.float64), expected, rtol=1e-7, atol=1e-7)
    except Exception as error:  # whatever it is, the test shows it
        print(f"{path.name}: {' '.join(str(error).split())}")
