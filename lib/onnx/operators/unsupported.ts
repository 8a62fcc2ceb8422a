const random = "ONNX leaves open which random numbers it draws, so that no result can be said to be the right one";
const classical = "models of classical machine learning are not what this library computes";

/**
 * Operators of ONNX that are not read, and why: by domain and name, those of ONNX's own domain by name alone. A file that has one
 * is refused before anything of it runs.
 */
export const unsupported: Readonly<Record<string, string>> = {
  Bernoulli: random,
  ImageDecoder: "pictures are read by readImage: TIFF, WebP and JPEG 2000 among them are not decoded here",
  Multinomial: random,
  RandomNormal: random,
  RandomNormalLike: random,
  RandomUniform: random,
  RandomUniformLike: random,
  RegexFullMatch: "the pattern is RE2's, which takes time in proportion to the text; JavaScript's may take for ever",
  "ai.onnx.ml.ArrayFeatureExtractor": classical,
  "ai.onnx.ml.Binarizer": classical,
  "ai.onnx.ml.CastMap": classical,
  "ai.onnx.ml.CategoryMapper": classical,
  "ai.onnx.ml.DictVectorizer": classical,
  "ai.onnx.ml.FeatureVectorizer": classical,
  "ai.onnx.ml.Imputer": classical,
  "ai.onnx.ml.LabelEncoder": classical,
  "ai.onnx.ml.LinearClassifier": classical,
  "ai.onnx.ml.LinearRegressor": classical,
  "ai.onnx.ml.Normalizer": classical,
  "ai.onnx.ml.OneHotEncoder": classical,
  "ai.onnx.ml.SVMClassifier": classical,
  "ai.onnx.ml.SVMRegressor": classical,
  "ai.onnx.ml.Scaler": classical,
  "ai.onnx.ml.TreeEnsemble": classical,
  "ai.onnx.ml.TreeEnsembleClassifier": classical,
  "ai.onnx.ml.TreeEnsembleRegressor": classical,
  "ai.onnx.ml.ZipMap": classical,
  "ai.onnx.preview.training.Gradient":
    "it differentiates a part of the graph around it; imported networks have backward()",
};
