import { type Parameter, Tensor } from "../tensor/tensor.ts";

/**
 * A part of a network: a layer, or layers put together. Parameters and parts are found in its own fields, so a new kind
 * needs only fields and `forward`:
 *
 * @example
 * class Block extends Module {
 *   readonly conv = new Conv2d({ inChannels: 16, outChannels: 16, kernelSize: 3, padding: 1 });
 *   forward(x: Tensor) {
 *     return relu(add(this.conv.forward(x), x));
 *   }
 * }
 */
export abstract class Module {
  /** The output for a batch. */
  abstract forward(x: Tensor): Tensor;

  /** Its direct parts, each with the name of its field (`blocks.0` inside an array). */
  children(): [name: string, module: Module][] {
    return this.#fields((value) => value instanceof Module) as [string, Module][];
  }

  /** Its own parameters and those of all its parts, each with its path: `conv1.filters`. Shared ones come once. */
  namedParameters(): [name: string, parameter: Parameter][] {
    const found = new Map<Parameter, string>();
    const collect = (module: Module, path: string): void => {
      for (const [name, parameter] of module.#fields(isParameter)) {
        if (!found.has(parameter as Parameter)) found.set(parameter as Parameter, `${path}${name}`);
      }
      for (const [name, child] of module.children()) collect(child, `${path}${name}.`);
    };
    collect(this, "");
    return [...found].map(([parameter, name]) => [name, parameter]);
  }

  /** All parameters, its own and its parts', for an optimiser. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** All parts at any depth with their paths, each before its own parts; itself first, under the empty path. */
  namedModules(): [path: string, module: Module][] {
    const below = this.children().flatMap(([name, child]) =>
      child.namedModules().map(([path, module]): [string, Module] => [path ? `${name}.${path}` : name, module]),
    );
    return [["", this], ...below];
  }

  #fields(wanted: (value: unknown) => boolean): [string, unknown][] {
    return Object.entries(this).flatMap(([name, value]): [string, unknown][] => {
      if (wanted(value)) return [[name, value]];
      if (!Array.isArray(value)) return [];
      return value.flatMap((item, i): [string, unknown][] => (wanted(item) ? [[`${name}.${i}`, item]] : []));
    });
  }
}

function isParameter(value: unknown): value is Parameter {
  return value instanceof Tensor && value.requiresGrad;
}
