/** USER_HZ, in which /proc counts CPU: 100 on all architectures that nodes run on, whatever the kernel's own HZ is. */
export const SECONDS_PER_TICK = 0.01;
