/*
 * What Debian's libstdc++.a and libgcc_eh.a, which are compiled for glibc, ask of the C library and musl has not.
 * The musl executables are run with a libstdc++.so.6 linked from those and this: see ../musl-files.ts.
 */
extern int getentropy(void *, unsigned long);
extern unsigned long getauxval(unsigned long);

/* "There may be other threads." */
char __libc_single_threaded = 0;

unsigned arc4random(void) {
  unsigned value = 0;
  getentropy(&value, sizeof value);
  return value;
}

unsigned long __getauxval(unsigned long type) { return getauxval(type); }

/* "No such object": unwinding goes no further. Bun is built without exceptions. */
int _dl_find_object(void *address, void *result) {
  (void)address;
  (void)result;
  return -1;
}
