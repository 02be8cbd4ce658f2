/** Fixed, so that a gateway that another copy of this package gates is known for what it is. */
const MARK = 'nestjs-clerk-auth:guard-connections';

/** Marks a gateway whose connections are let in by the gate. Subclasses are gated as well. */
export function markGated(gateway: object): void {
  Reflect.defineMetadata(MARK, true, gateway);
}

/** Whether the connections of a gateway are let in by the gate. */
export function isGated(gateway: object): boolean {
  return Reflect.getMetadata(MARK, gateway) === true;
}
