import { randomId, randomMachineCredential } from '../random.js';

/** A machine as this Clerk keeps it. */
export interface MachineRecord {
  /** `mch_…` */
  readonly id: string;
  /** What tests call it. */
  readonly name: string;
  /** `ak_…`. With it the machine asks the Backend API whether a token of another machine is meant for it. */
  readonly secretKey: string;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
}

/** Which machines are there? */
export class Machines {
  readonly #byName = new Map<string, MachineRecord>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The machine of that name, made on first use. */
  named(name: string): MachineRecord {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const secretKey = randomMachineCredential('ak');
    const machine = { id: randomId('mch'), name, secretKey, createdAt: this.#now() };
    this.#byName.set(name, Object.freeze(machine));
    return machine;
  }

  find(id: string): MachineRecord | undefined {
    return [...this.#byName.values()].find((machine) => machine.id === id);
  }

  holding(secretKey: string): MachineRecord | undefined {
    return [...this.#byName.values()].find((machine) => machine.secretKey === secretKey);
  }
}
