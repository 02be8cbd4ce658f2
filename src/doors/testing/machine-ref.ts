import type { MachineRecord, Machines } from './directory/machines.js';

/** A machine, by what `createMachine` returned, by its id or by its name. Who bears a new name is made. */
export type MachineRef = Pick<MachineRecord, 'id'> | string;

export function machineIdOf(machine: MachineRef, machines: Machines): string {
  if (typeof machine !== 'string') return machine.id;
  return (machines.find(machine) ?? machines.named(machine)).id;
}
