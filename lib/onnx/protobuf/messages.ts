/**
 * The messages of an ONNX file as objects (onnx.proto of ONNX 1.19, IR version 12). Names are those of the format in
 * camelCase. What a file leaves out is zero, an empty text or an empty list; undefined where the type says so.
 */

/** A whole file: a graph, and which operators it is written in. */
export interface ModelProto {
  readonly irVersion: number;
  readonly opsetImport: readonly OperatorSetIdProto[];
  readonly producerName: string;
  readonly producerVersion: string;
  readonly domain: string;
  readonly modelVersion: number;
  readonly docString: string;
  readonly graph: GraphProto | undefined;
  readonly metadataProps: readonly StringStringEntryProto[];
  readonly functions: readonly FunctionProto[];
}

/** A version of a set of operators; the domain of ONNX's own is empty. */
export interface OperatorSetIdProto {
  readonly domain: string;
  readonly version: number;
}

/** A text under a name. */
export interface StringStringEntryProto {
  readonly key: string;
  readonly value: string;
}

/** Nodes in the order they run, and what they begin with. */
export interface GraphProto {
  readonly node: readonly NodeProto[];
  readonly name: string;
  readonly initializer: readonly TensorProto[];
  readonly sparseInitializer: readonly SparseTensorProto[];
  readonly docString: string;
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
  readonly valueInfo: readonly ValueInfoProto[];
  readonly metadataProps: readonly StringStringEntryProto[];
}

/** One operator at work: which values it takes and gives, by name; an empty name stands for none. */
export interface NodeProto {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly overload: string;
  readonly attribute: readonly AttributeProto[];
  readonly docString: string;
}

/** A setting of a node; `type` says which field holds it. */
export interface AttributeProto {
  readonly name: string;
  /** Inside a function: the attribute of the function that gives the value. */
  readonly refAttrName: string;
  readonly docString: string;
  /** One of `attributeTypes`. */
  readonly type: number;
  readonly f: number;
  readonly i: bigint;
  readonly s: Uint8Array | undefined;
  readonly t: TensorProto | undefined;
  readonly g: GraphProto | undefined;
  readonly sparseTensor: SparseTensorProto | undefined;
  readonly tp: TypeProto | undefined;
  readonly floats: ArrayLike<number>;
  readonly ints: readonly bigint[];
  readonly strings: readonly Uint8Array[];
  readonly tensors: readonly TensorProto[];
  readonly graphs: readonly GraphProto[];
  readonly sparseTensors: readonly SparseTensorProto[];
  readonly typeProtos: readonly TypeProto[];
}

/** The numbers of `AttributeProto.type`. */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
  sparseTensor: 11,
  sparseTensors: 12,
  typeProto: 13,
  typeProtos: 14,
} as const;

/** Numbers, or texts, of one type: as the bytes they are in memory, as a list, or in another file. */
export interface TensorProto {
  readonly dims: readonly number[];
  /** A code of `elementTypes`. */
  readonly dataType: number;
  readonly segment: SegmentProto | undefined;
  readonly floatData: ArrayLike<number>;
  readonly int32Data: ArrayLike<number>;
  readonly stringData: readonly Uint8Array[];
  readonly int64Data: readonly bigint[];
  readonly name: string;
  readonly docString: string;
  /** Little-endian, row-major. */
  readonly rawData: Uint8Array | undefined;
  readonly externalData: readonly StringStringEntryProto[];
  /** 1 where the numbers are in the file that `externalData` names. */
  readonly dataLocation: number;
  readonly doubleData: ArrayLike<number>;
  readonly uint64Data: readonly bigint[];
  readonly metadataProps: readonly StringStringEntryProto[];
}

/** A part of a tensor's numbers: of a format that ONNX has given up. */
export interface SegmentProto {
  readonly begin: number;
  readonly end: number;
}

/** A tensor of mostly zeros: the others, and where they are. */
export interface SparseTensorProto {
  readonly values: TensorProto | undefined;
  readonly indices: TensorProto | undefined;
  readonly dims: readonly number[];
}

/** What is said of a value of a graph. */
export interface ValueInfoProto {
  readonly name: string;
  readonly type: TypeProto | undefined;
  readonly docString: string;
  readonly metadataProps: readonly StringStringEntryProto[];
}

/** The type of a value: one of its fields. */
export interface TypeProto {
  readonly tensorType: TensorTypeProto | undefined;
  readonly sequenceType: ElementTypeProto | undefined;
  readonly mapType: MapTypeProto | undefined;
  readonly optionalType: ElementTypeProto | undefined;
  readonly sparseTensorType: TensorTypeProto | undefined;
  readonly denotation: string;
}

/** The type of a tensor; without a shape it may have any rank. */
export interface TensorTypeProto {
  readonly elemType: number;
  readonly shape: TensorShapeProto | undefined;
}

/** The type of a sequence, or of a value that may be missing. */
export interface ElementTypeProto {
  readonly elemType: TypeProto | undefined;
}

/** The type of a map. */
export interface MapTypeProto {
  readonly keyType: number;
  readonly valueType: TypeProto | undefined;
}

/** The size of each axis. */
export interface TensorShapeProto {
  readonly dim: readonly DimensionProto[];
}

/** The size of an axis: a number, a name, or unknown. */
export interface DimensionProto {
  readonly dimValue: number | undefined;
  readonly dimParam: string | undefined;
  readonly denotation: string;
}

/** An operator that a file defines itself, by a graph of others. */
export interface FunctionProto {
  readonly name: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly string[];
  readonly attributeProto: readonly AttributeProto[];
  readonly node: readonly NodeProto[];
  readonly docString: string;
  readonly opsetImport: readonly OperatorSetIdProto[];
  readonly domain: string;
  readonly overload: string;
  readonly valueInfo: readonly ValueInfoProto[];
  readonly metadataProps: readonly StringStringEntryProto[];
}

/** A list of tensors, as ONNX's test data have it (onnx-data.proto). */
export interface SequenceProto {
  readonly name: string;
  readonly elemType: number;
  readonly tensorValues: readonly TensorProto[];
}

/** A value that may be missing, there too. */
export interface OptionalProto {
  readonly name: string;
  /** 0 where there is none, 1 a tensor, 3 a sequence. */
  readonly elemType: number;
  readonly tensorValue: TensorProto | undefined;
  readonly sequenceValue: SequenceProto | undefined;
}
