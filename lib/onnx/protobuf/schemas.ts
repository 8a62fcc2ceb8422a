/**
 * The fields of each message by their numbers in onnx.proto (ONNX 1.19). Fields without a meaning here, how a graph is
 * spread over devices, how it is trained and what a quantised value was made from, are left out: a reader passes over them.
 */
import type {
  AttributeProto,
  DimensionProto,
  ElementTypeProto,
  FunctionProto,
  GraphProto,
  MapTypeProto,
  ModelProto,
  NodeProto,
  OperatorSetIdProto,
  OptionalProto,
  SegmentProto,
  SequenceProto,
  SparseTensorProto,
  StringStringEntryProto,
  TensorProto,
  TensorShapeProto,
  TensorTypeProto,
  TypeProto,
  ValueInfoProto,
} from "./messages.ts";
import { many, maybe, one, type Schema, schema } from "./schema.ts";

export const modelSchema = schema<ModelProto>("ModelProto", {
  irVersion: one(1, "size"),
  opsetImport: many(8, () => operatorSetIdSchema),
  producerName: one(2, "string"),
  producerVersion: one(3, "string"),
  domain: one(4, "string"),
  modelVersion: one(5, "size"),
  docString: one(6, "string"),
  graph: one(7, () => graphSchema),
  metadataProps: many(14, () => entrySchema),
  functions: many(25, () => functionSchema),
});

const operatorSetIdSchema = schema<OperatorSetIdProto>("OperatorSetIdProto", {
  domain: one(1, "string"),
  version: one(2, "size"),
});

const entrySchema = schema<StringStringEntryProto>("StringStringEntryProto", {
  key: one(1, "string"),
  value: one(2, "string"),
});

const graphSchema: Schema<GraphProto> = schema<GraphProto>("GraphProto", {
  node: many(1, () => nodeSchema),
  name: one(2, "string"),
  initializer: many(5, () => tensorSchema),
  sparseInitializer: many(15, () => sparseTensorSchema),
  docString: one(10, "string"),
  input: many(11, () => valueInfoSchema),
  output: many(12, () => valueInfoSchema),
  valueInfo: many(13, () => valueInfoSchema),
  metadataProps: many(16, () => entrySchema),
});

const nodeSchema = schema<NodeProto>("NodeProto", {
  input: many(1, "string"),
  output: many(2, "string"),
  name: one(3, "string"),
  opType: one(4, "string"),
  domain: one(7, "string"),
  overload: one(8, "string"),
  attribute: many(5, () => attributeSchema),
  docString: one(6, "string"),
});

const attributeSchema: Schema<AttributeProto> = schema<AttributeProto>("AttributeProto", {
  name: one(1, "string"),
  refAttrName: one(21, "string"),
  docString: one(13, "string"),
  type: one(20, "int32"),
  f: one(2, "float"),
  i: one(3, "int64"),
  s: one(4, "bytes"),
  t: one(5, () => tensorSchema),
  g: one(6, () => graphSchema),
  sparseTensor: one(22, () => sparseTensorSchema),
  tp: one(14, () => typeSchema),
  floats: many(7, "float"),
  ints: many(8, "int64"),
  strings: many(9, "bytes"),
  tensors: many(10, () => tensorSchema),
  graphs: many(11, () => graphSchema),
  sparseTensors: many(23, () => sparseTensorSchema),
  typeProtos: many(15, () => typeSchema),
});

export const tensorSchema = schema<TensorProto>("TensorProto", {
  dims: many(1, "size"),
  dataType: one(2, "int32"),
  segment: one(3, () => segmentSchema),
  floatData: many(4, "float"),
  int32Data: many(5, "int32"),
  stringData: many(6, "bytes"),
  int64Data: many(7, "int64"),
  name: one(8, "string"),
  docString: one(12, "string"),
  rawData: one(9, "bytes"),
  externalData: many(13, () => entrySchema),
  dataLocation: one(14, "int32"),
  doubleData: many(10, "double"),
  uint64Data: many(11, "uint64"),
  metadataProps: many(16, () => entrySchema),
});

const segmentSchema = schema<SegmentProto>("TensorProto.Segment", { begin: one(1, "size"), end: one(2, "size") });

const sparseTensorSchema = schema<SparseTensorProto>("SparseTensorProto", {
  values: one(1, () => tensorSchema),
  indices: one(2, () => tensorSchema),
  dims: many(3, "size"),
});

const valueInfoSchema = schema<ValueInfoProto>("ValueInfoProto", {
  name: one(1, "string"),
  type: one(2, () => typeSchema),
  docString: one(3, "string"),
  metadataProps: many(4, () => entrySchema),
});

const typeSchema: Schema<TypeProto> = schema<TypeProto>("TypeProto", {
  tensorType: one(1, () => tensorTypeSchema),
  sequenceType: one(4, () => elementTypeSchema),
  mapType: one(5, () => mapTypeSchema),
  optionalType: one(9, () => elementTypeSchema),
  sparseTensorType: one(8, () => tensorTypeSchema),
  denotation: one(6, "string"),
});

const tensorTypeSchema = schema<TensorTypeProto>("TypeProto.Tensor", {
  elemType: one(1, "int32"),
  shape: one(2, () => shapeSchema),
});

const elementTypeSchema = schema<ElementTypeProto>("TypeProto.Sequence", { elemType: one(1, () => typeSchema) });

const mapTypeSchema = schema<MapTypeProto>("TypeProto.Map", {
  keyType: one(1, "int32"),
  valueType: one(2, () => typeSchema),
});

const shapeSchema = schema<TensorShapeProto>("TensorShapeProto", { dim: many(1, () => dimensionSchema) });

const dimensionSchema = schema<DimensionProto>("TensorShapeProto.Dimension", {
  dimValue: maybe(1, "size"),
  dimParam: maybe(2, "string"),
  denotation: one(3, "string"),
});

const functionSchema: Schema<FunctionProto> = schema<FunctionProto>("FunctionProto", {
  name: one(1, "string"),
  input: many(4, "string"),
  output: many(5, "string"),
  attribute: many(6, "string"),
  attributeProto: many(11, () => attributeSchema),
  node: many(7, () => nodeSchema),
  docString: one(8, "string"),
  opsetImport: many(9, () => operatorSetIdSchema),
  domain: one(10, "string"),
  overload: one(13, "string"),
  valueInfo: many(12, () => valueInfoSchema),
  metadataProps: many(14, () => entrySchema),
});

export const sequenceSchema = schema<SequenceProto>("SequenceProto", {
  name: one(1, "string"),
  elemType: one(2, "int32"),
  tensorValues: many(3, () => tensorSchema),
});

export const optionalSchema = schema<OptionalProto>("OptionalProto", {
  name: one(1, "string"),
  elemType: one(2, "int32"),
  tensorValue: one(3, () => tensorSchema),
  sequenceValue: one(5, () => sequenceSchema),
});
