import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file of the reference values and data that may lie beside the repository; the project works without them. */
export const sharedPath = (path: string): string => fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url));

export const hasShared = (path: string): boolean => existsSync(sharedPath(path));

export const readSharedJson = <T>(path: string): T => JSON.parse(readFileSync(sharedPath(path), "utf8")) as T;
