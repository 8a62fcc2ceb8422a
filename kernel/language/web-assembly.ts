/** The types of WebAssembly, which this compiler has in those of a page alone; in the same words, as a package may bring these. */
export const webAssembly: string = (() => {
  const entity = (name: string, members: string, construct: string, more = "") =>
    `interface ${name} { ${members} } var ${name}: { prototype: ${name}; new (${construct}): ${name}; ${more} };`;
  const failure = (name: string) =>
    `interface ${name} extends Error {} var ${name}: { prototype: ${name}; new (message?: string): ${name}; (message?: string): ${name} };`;
  const bytes = "ArrayBufferView | ArrayBuffer";
  return `declare namespace WebAssembly {
    type ValueType = "anyfunc" | "externref" | "f32" | "f64" | "i32" | "i64" | "v128"; type TableKind = "anyfunc" | "externref";
    type ImportExportKind = "function" | "global" | "memory" | "table";
    type ExportValue = Function | Global | Memory | Table; type Exports = Record<string, ExportValue>;
    type ImportValue = ExportValue | number; type Imports = Record<string, Record<string, ImportValue>>;
    interface MemoryDescriptor { initial: number; maximum?: number; shared?: boolean }
    interface TableDescriptor { element: TableKind; initial: number; maximum?: number }
    interface GlobalDescriptor { mutable?: boolean; value: ValueType }
    interface ModuleExportDescriptor { kind: ImportExportKind; name: string }
    interface ModuleImportDescriptor { kind: ImportExportKind; module: string; name: string }
    interface WebAssemblyInstantiatedSource { instance: Instance; module: Module }
    ${entity("Memory", "readonly buffer: ArrayBuffer; grow(delta: number): number", "descriptor: MemoryDescriptor")}
    ${entity("Table", "readonly length: number; get(index: number): any; grow(delta: number, value?: any): number; set(index: number, value?: any): void", "descriptor: TableDescriptor, value?: any")}
    ${entity("Global", "value: any; valueOf(): any", "descriptor: GlobalDescriptor, v?: any")}
    ${entity("Instance", "readonly exports: Exports", "module: Module, importObject?: Imports")}
    ${entity("Module", "", `bytes: ${bytes}`, "customSections(moduleObject: Module, sectionName: string): ArrayBuffer[]; exports(moduleObject: Module): ModuleExportDescriptor[]; imports(moduleObject: Module): ModuleImportDescriptor[]")}
    ${["CompileError", "LinkError", "RuntimeError"].map(failure).join(" ")}
    function compile(bytes: ${bytes}): Promise<Module>; function validate(bytes: ${bytes}): boolean;
    function instantiate(bytes: ${bytes}, importObject?: Imports): Promise<WebAssemblyInstantiatedSource>;
    function instantiate(moduleObject: Module, importObject?: Imports): Promise<Instance>;
  }`;
})();
