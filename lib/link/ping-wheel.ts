// Keeps the ping intervals of all links with one timer, which runs only while some link wants pings. What a ping is and what
// a missing pong means is the link's.

/** Something that wants to be pinged. The wheel alone writes `pingAt`. */
export interface PingMember {
  /** The wheel's second in which the next ping is due; 0: not on the wheel. */
  pingAt: number;
  /** A ping is due: sends it and returns when the next one is wanted, in seconds; 0: none. */
  pingDue(): number;
}

export interface PingWheel {
  /** Puts the member on the wheel, due that many seconds from now, or takes it off (0). */
  place(member: PingMember, seconds: number): void;
}

/** Makes a wheel that turns once a second; its second can be made shorter than a real one, milliseconds. */
export function createPingWheel(secondMs = 1_000): PingWheel {
  const slots = new Map<number, Set<PingMember>>();
  let second = 1;
  let timer: NodeJS.Timeout | undefined;

  const leave = (member: PingMember) => {
    const slot = slots.get(member.pingAt);
    slot?.delete(member);
    if (slot?.size === 0) slots.delete(member.pingAt);
    member.pingAt = 0;
  };
  const place = (member: PingMember, seconds: number) => {
    leave(member);
    if (seconds > 0) join(slots, member, second + Math.ceil(seconds));
    if (slots.size > 0) timer ??= setInterval(tick, secondMs);
    else timer = stop(timer);
  };
  const turn = () => {
    second += 1;
    for (const member of slots.get(second) ?? []) place(member, member.pingDue());
  };
  // After the poll phase: pongs that arrived while the process was busy are read before anyone is judged by them.
  const tick = () => void setImmediate(turn);
  return { place };
}

function join(slots: Map<number, Set<PingMember>>, member: PingMember, at: number): void {
  const slot = slots.get(at) ?? new Set();
  slots.set(at, slot.add(member));
  member.pingAt = at;
}

function stop(timer: NodeJS.Timeout | undefined): undefined {
  clearInterval(timer);
}
