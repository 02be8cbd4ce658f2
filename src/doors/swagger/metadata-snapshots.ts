/** The decorators' own metadata of classes and methods, as it was: a document made later must not find our marks. */
export class MetadataSnapshots {
  private readonly taken = new Map<object, ReadonlyMap<unknown, unknown>>();

  take(target: object): void {
    const keys: unknown[] = Reflect.getOwnMetadataKeys(target);
    this.taken.set(
      target,
      new Map(keys.map((key) => [key, Reflect.getOwnMetadata(key, target) as unknown])),
    );
  }

  restore(): void {
    for (const [target, before] of this.taken) {
      for (const key of Reflect.getOwnMetadataKeys(target) as unknown[]) {
        if (!before.has(key)) Reflect.deleteMetadata(key, target);
      }
      for (const [key, value] of before) {
        if (Reflect.getOwnMetadata(key, target) !== value) {
          Reflect.defineMetadata(key, value, target);
        }
      }
    }
    this.taken.clear();
  }
}
