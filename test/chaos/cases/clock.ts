/** A stack that was made while the clock was elsewhere, and an `up` at another time. */
export interface ClockCase {
  name: string;
  fast: boolean;
  /** Days from now at which certificates are made, and at which `up` runs again. */
  made: number;
  again: number;
  /** What the second `up` says. */
  says: RegExp;
  /** Whether clients that know the CA are served throughout: their own clock is right. */
  unnoticed: boolean;
  keepsCa: boolean;
}

export const CLOCK_CASES: readonly ClockCase[] = [
  {
    name: '350 days later the certificate is nearly over',
    fast: false,
    made: -350,
    again: 0,
    says: /certificate: renew, expires /,
    unnoticed: true,
    keepsCa: true,
  },
  {
    name: '400 days later the certificate is over',
    fast: false,
    made: -400,
    again: 0,
    says: /certificate: renew, expired /,
    unnoticed: false,
    keepsCa: true,
  },
  {
    name: 'the clock is set back by 30 days',
    fast: false,
    made: 0,
    again: -30,
    says: /not valid yet: this machine’s clock is behind, or was ahead when it was made/,
    unnoticed: false,
    keepsCa: false,
  },
  {
    name: 'the clock is put right after it was 30 days ahead',
    fast: false,
    made: 30,
    again: 0,
    says: /not valid yet: this machine’s clock is behind, or was ahead when it was made/,
    unnoticed: false,
    keepsCa: false,
  },
];
