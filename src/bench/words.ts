/** "1,234" */
export const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** "97 %", of a share from 0 to 1 */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;
