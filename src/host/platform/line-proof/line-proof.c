/*
 * Proves that a text is one strict JSON text as `src/core/json/scanner.ts` defines it, and lists its outer values as that
 * does. It says how many values it listed, or 0, which means nothing: the scanner then judges the text, and explains.
 * So every doubt is a 0: escaped names, many names, deep nesting, numbers that are not decided here.
 *
 * No libc, no imports, no state between texts but the layouts. `TEXT` is followed by zeros, which no token contains: no
 * token is read beyond the end, whatever an earlier text left there.
 */
#include <wasm_simd128.h>

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;

#define TEXT_BYTES (1 << 20)
#define PADDING 64
#define MAX_NODES 4096
#define MAX_DEPTH 64
#define MAX_NAMES 2048
#define MAX_NAMES_OF_OBJECT 128
#define LAYOUTS 8
#define LAYOUT_MEMBERS 32
#define LAYOUT_BYTES 512

/* As in `scanner.ts`: the start of the name within its quotes (0: none), start, end, and the node after it. */
typedef struct {
  u32 name, start, end, next;
} Node;

/* The names of an object's members and their nodes: `form` of `outline.ts`. */
typedef struct {
  u32 id, members;
  u32 node[LAYOUT_MEMBERS], length[LAYOUT_MEMBERS];
  u8 names[LAYOUT_BYTES];
} Layout;

static u8 text[TEXT_BYTES + PADDING] __attribute__((aligned(16)));
static Node nodes[MAX_NODES] __attribute__((aligned(16)));
static u32 hashes[MAX_NAMES + 4] __attribute__((aligned(16)));
static const u8 *names[MAX_NAMES];
static u32 lengths[MAX_NAMES];
static Layout layouts[LAYOUTS];
static u32 lastId, nextLayout, lastLayout;

u8 *textPlace(void) { return text; }
Node *nodesPlace(void) { return nodes; }

/* ---- Strings ---- */

static inline u32 special(const u8 *p) {
  v128_t b = wasm_v128_load(p);
  v128_t stop = wasm_v128_or(wasm_i8x16_eq(b, wasm_i8x16_const_splat('"')), wasm_i8x16_eq(b, wasm_i8x16_const_splat('\\')));
  /* Signed: controls and all that is not ASCII. */
  return wasm_i8x16_bitmask(wasm_v128_or(stop, wasm_i8x16_lt(b, wasm_i8x16_const_splat(0x20))));
}

static inline int hexValue(u8 b) {
  if (b >= '0' && b <= '9') return b - '0';
  b |= 0x20;
  return b >= 'a' && b <= 'f' ? b - 'a' + 10 : -1;
}

static int codeUnit(const u8 *p) {
  if (p[0] != '\\' || p[1] != 'u') return -1;
  int unit = 0;
  for (int i = 2; i < 6; i++) {
    int value = hexValue(p[i]);
    if (value < 0) return -1;
    unit = unit * 16 + value;
  }
  return unit;
}

static u32 escapeLength(const u8 *p) {
  switch (p[1]) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
      return 2;
  }
  int unit = codeUnit(p);
  if (unit < 0) return 0;
  if ((unit & 0xf800) != 0xd800) return 6;
  int low = unit < 0xdc00 ? codeUnit(p + 6) : -1;
  return low >= 0xdc00 && low <= 0xdfff ? 12 : 0;
}

static inline int follows(u8 b) { return (b & 0xc0) == 0x80; }

/* The length of a character that is not ASCII (Unicode table 3-7), or 0. */
static inline u32 characterLength(const u8 *p) {
  u8 a = p[0], b = p[1];
  if (a >= 0xc2 && a <= 0xdf) return follows(b) ? 2 : 0;
  if (a >= 0xe0 && a <= 0xef) {
    if (a == 0xe0 ? b < 0xa0 || b > 0xbf : a == 0xed ? b < 0x80 || b > 0x9f : !follows(b)) return 0;
    return follows(p[2]) ? 3 : 0;
  }
  if (a >= 0xf0 && a <= 0xf4) {
    if (a == 0xf0 ? b < 0x90 || b > 0xbf : a == 0xf4 ? b < 0x80 || b > 0x8f : !follows(b)) return 0;
    return follows(p[2]) && follows(p[3]) ? 4 : 0;
  }
  return 0;
}

/* After the closing quote of the string that is read on from `p`, or 0. */
static const u8 *stringEnd(const u8 *p) {
  for (;;) {
    u32 stop = special(p);
    if (stop == 0) {
      p += 16;
      continue;
    }
    p += __builtin_ctz(stop);
    if (*p == '"') return p + 1;
    if (*p < 0x20) return 0;
    if (*p == '\\') {
      u32 length = escapeLength(p);
      if (length == 0) return 0;
      p += length;
    } else {
      /* Such characters come in words: one after the other, without a new look at sixteen bytes. */
      do {
        u32 length = characterLength(p);
        if (length == 0) return 0;
        p += length;
      } while (*p >= 0x80);
    }
  }
}

/* ---- Numbers ---- */

static const u64 FIVES[23] = {
  1ull, 5ull, 25ull, 125ull, 625ull, 3125ull, 15625ull, 78125ull, 390625ull, 1953125ull, 9765625ull, 48828125ull,
  244140625ull, 1220703125ull, 6103515625ull, 30517578125ull, 152587890625ull, 762939453125ull, 3814697265625ull,
  19073486328125ull, 95367431640625ull, 476837158203125ull, 2384185791015625ull,
};
static const double TENS[23] = {
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
};

typedef struct {
  u64 high, low;
} Wide;

static Wide product(u64 a, u64 b) {
  u64 a0 = (u32)a, a1 = a >> 32, b0 = (u32)b, b1 = b >> 32;
  u64 low = a0 * b0, middle = a1 * b0 + (low >> 32), other = a0 * b1 + (u32)middle;
  return (Wide){a1 * b1 + (middle >> 32) + (other >> 32), other << 32 | (u32)low};
}

/* `a << shift`, for 0 <= shift < 64. */
static Wide shifted(u64 a, u32 shift) { return (Wide){shift == 0 ? 0 : a >> (64 - shift), a << shift}; }

/* Twice a - b in `*twice`, unless it is large. */
static int twiceDifference(Wide a, Wide b, i64 *twice) {
  u64 low = a.low - b.low;
  i64 high = (i64)(a.high - b.high - (a.low < b.low));
  i64 value = (i64)low;
  if (high != (value < 0 ? -1 : 0) || value > (1ll << 61) || value < -(1ll << 61)) return 0;
  *twice = value * 2;
  return 1;
}

/*
 * Whether d / 10^n is what ES6 writes of the double next to it, for 10^15 <= d < 10^17 that ends in no zero: decided
 * with whole numbers. With the double m 2^-f, all is multiplied by 2^f / 2^n, and by 2 where halves are compared.
 */
static int isShortest(u64 d, u32 n) {
  union {
    double value;
    u64 bits;
  } near = {.value = (double)d / TENS[n]};
  u64 m = (near.bits & 0xfffffffffffffull) | 1ull << 52;
  int shift = 1075 - (int)(near.bits >> 52) - (int)n;
  if (shift < 0 || shift > 60) return 0;
  u64 five = FIVES[n];
  i64 twice;
  Wide written = shifted(d, shift);
  if (!twiceDifference(written, product(m, five), &twice)) return 0;
  if (twice > (i64)five) m += 1;
  else if (twice < -(i64)five) m -= 1;
  /* Beside a power of two the neighbours are not equally far. */
  if (m <= 1ull << 52 || m >= (1ull << 53) - 1) return 0;
  Wide held = product(m, five);
  if (!twiceDifference(written, held, &twice)) return 0;
  i64 apart = twice < 0 ? -twice : twice;
  /* d / 10^n is nearest to this double, and of the numbers with as many digits it is the nearest. */
  if (apart >= (i64)five || apart >= 1ll << shift) return 0;
  /* No number with fewer digits is nearest to this double: the ones on both sides of d are not. */
  u64 below = d - d % 10;
  for (u32 i = 0; i < 2; i++) {
    if (!twiceDifference(shifted(below + i * 10, shift), held, &twice)) return 0;
    if ((twice < 0 ? -twice : twice) <= (i64)five) return 0;
  }
  return 1;
}

static inline int isDigit(u8 b) { return (u8)(b - '0') < 10; }

/* Whether a double certainly holds the number, whose grammar is checked. */
static int isExact(const u8 *p, const u8 *end) {
  u64 d = 0;
  u32 digits = 0, zeros = 0;
  /* The number is d 10^scale. */
  int scale = 0, fraction = 0;
  for (; p < end; p++) {
    if (*p == '-') continue;
    if (*p == '.') {
      fraction = 1;
      continue;
    }
    if ((*p | 0x20) == 'e') break;
    if (fraction) scale -= 1;
    if (*p == '0') {
      if (digits > 0) zeros += 1;
      continue;
    }
    if (digits + zeros + 1 > 17) return 0;
    for (; zeros > 0; zeros--, digits++) d *= 10;
    d = d * 10 + (*p - '0');
    digits += 1;
  }
  if (digits == 0) return 1;
  if (zeros > 1000 || scale < -1000) return 0;
  scale += zeros;
  if (p < end) {
    p += 1;
    int negative = *p == '-', written = 0;
    if (*p == '-' || *p == '+') p += 1;
    for (; p < end; p++) {
      written = written * 10 + (*p - '0');
      if (written > 1000) return 0;
    }
    scale += negative ? -written : written;
  }
  int exponent = scale + (int)digits;
  if (digits <= 15) return exponent <= 290 && exponent >= -290;
  if (scale == 0) return d <= 1ull << 53;
  if (scale > 0 || scale < -22) return 0;
  return isShortest(d, -scale);
}

/* After the number at `p`, or 0: also if it is for the scanner. */
static const u8 *numberEnd(const u8 *p) {
  const u8 *start = p;
  int marks = 0;
  if (*p == '-') p += 1;
  if (*p == '0') p += 1;
  else {
    if (!isDigit(*p)) return 0;
    while (isDigit(*p)) p++;
  }
  if (*p == '.') {
    p += 1;
    if (!isDigit(*p)) return 0;
    while (isDigit(*p)) p++;
  }
  if ((*p | 0x20) == 'e') {
    marks = 1;
    p += 1;
    if (*p == '+' || *p == '-') p += 1;
    if (!isDigit(*p)) return 0;
    while (isDigit(*p)) p++;
  }
  if (p - start <= 15 && !marks) return p;
  return isExact(start, p) ? p : 0;
}

static const u8 *scalarEnd(const u8 *p) {
  if (*p == 't') return p[1] == 'r' && p[2] == 'u' && p[3] == 'e' ? p + 4 : 0;
  if (*p == 'f') return p[1] == 'a' && p[2] == 'l' && p[3] == 's' && p[4] == 'e' ? p + 5 : 0;
  if (*p == 'n') return p[1] == 'u' && p[2] == 'l' && p[3] == 'l' ? p + 4 : 0;
  return numberEnd(p);
}

/* ---- Names ---- */

static u64 load8(const u8 *p) {
  u64 value;
  __builtin_memcpy(&value, p, 8);
  return value;
}

static u32 load4(const u8 *p) {
  u32 value;
  __builtin_memcpy(&value, p, 4);
  return value;
}

static int same(const u8 *a, const u8 *b, u32 length) {
  for (u32 i = 0; i < length; i++) if (a[i] != b[i]) return 0;
  return 1;
}

static u32 hashOf(const u8 *p, u32 length) {
  u64 a, b = length;
  if (length >= 8) {
    a = load8(p);
    b += load8(p + length - 8) * 0x9e3779b97f4a7c15ull;
  } else if (length >= 4) a = load4(p) | (u64)load4(p + length - 4) << 32;
  else a = length == 0 ? 0 : p[0] | (u32)p[length / 2] << 8 | (u32)p[length - 1] << 16;
  u64 mixed = (a ^ b) * 0xd6e8feb86659fd93ull;
  return (u32)(mixed >> 32);
}

static inline const u8 *skipSpace(const u8 *p) {
  while (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t') p++;
  return p;
}

/* The layout with these members of the first node: known, or kept from now on. */
static void findLayout(u32 shift) {
  u32 end = nodes[0].next, members = 0, size = 0;
  lastId = 0;
  for (u32 node = 1; node < end; node = nodes[node].next) {
    if (nodes[node].name == 0) return;
    members += 1;
  }
  if (members == 0 || members > LAYOUT_MEMBERS) return;
  for (u32 i = 0; i < LAYOUTS; i++) {
    Layout *known = &layouts[(lastLayout + i) % LAYOUTS];
    if (known->id == 0 || known->members != members) continue;
    u32 member = 0, at = 0;
    for (u32 node = 1; node < end; node = nodes[node].next, member++) {
      const u8 *name = text + (nodes[node].name - shift);
      u32 length = known->length[member];
      /* A name ends at the first quote: none has an escape. */
      if (known->node[member] != node || name[length] != '"' || !same(name, known->names + at, length)) break;
      at += length;
    }
    if (member == members) {
      lastLayout = (lastLayout + i) % LAYOUTS;
      lastId = known->id;
      return;
    }
  }
  static u32 ids;
  Layout *new = &layouts[nextLayout];
  new->id = 0;
  u32 member = 0;
  for (u32 node = 1; node < end; node = nodes[node].next, member++) {
    const u8 *name = text + (nodes[node].name - shift);
    u32 length = 0;
    while (name[length] != '"') length++;
    if (size + length > LAYOUT_BYTES) return;
    for (u32 i = 0; i < length; i++) new->names[size + i] = name[i];
    new->node[member] = node;
    new->length[member] = length;
    size += length;
  }
  new->members = members;
  new->id = lastId = ++ids;
  lastLayout = nextLayout;
  nextLayout = (nextLayout + 1) % LAYOUTS;
}

/* The layout of the last text that was proven: the same number, the same names and nodes; 0: none. */
u32 layout(void) { return lastId; }

/*
 * How many nodes the first `length` bytes of `TEXT` have, with `shift` added to all positions, or 0. `levels` and
 * `maxDepth` are those of `JsonScanner`; `shift` is modulo 2^32.
 */
u32 prove(u32 length, u32 shift, u32 maxDepth, u32 levels) {
  static int bases[MAX_DEPTH];
  /* The node of each open container; whether its children are listed. -1: not even itself. */
  static int opened[MAX_DEPTH];
  static u8 listed[MAX_DEPTH];
  if (length > TEXT_BYTES || levels == 0) return 0;
  const u8 *end = text + length;
  for (u32 i = 0; i < PADDING; i++) text[length + i] = 0;
  const u8 *p = skipSpace(text);
  const u8 *name = 0;
  u32 count = 0, named = 0, depth = 0;
  int listing = 1, node = -1;
  shift -= (u32)(unsigned long)text;
#define AT(place) ((u32)(unsigned long)(place) + shift)
  for (;;) {
    /* A value begins at `p`. */
    if (listing) {
      if (count == MAX_NODES) return 0;
      node = count++;
      nodes[node].name = name == 0 ? 0 : AT(name);
      nodes[node].start = AT(p);
    }
    u8 first = *p;
    int isOpening = 0;
    if (first == '{' || first == '[') {
      if (depth == maxDepth || depth == MAX_DEPTH) return 0;
      bases[depth] = first == '{' ? (int)named : -1;
      opened[depth] = listing ? node : -1;
      if (listing) listing = depth < levels && !(depth > 0 && bases[depth - 1] < 0);
      listed[depth] = listing;
      depth += 1;
      p = skipSpace(p + 1);
      isOpening = *p != first + 2;
    } else {
      p = first == '"' ? stringEnd(p + 1) : scalarEnd(p);
      if (p == 0) return 0;
      if (listing) {
        nodes[node].end = AT(p);
        nodes[node].next = count;
      }
    }
    if (!isOpening) {
      /* A value, or an empty container's bracket, ends at `p`. */
      for (;;) {
        p = skipSpace(p);
        if (depth == 0) {
          if (p != end) return 0;
          findLayout(shift + (u32)(unsigned long)text);
          return count;
        }
        if (*p == ',') break;
        int base = bases[depth - 1];
        if (*p != (base < 0 ? ']' : '}')) return 0;
        p += 1;
        depth -= 1;
        if (base >= 0) named = base;
        int open = opened[depth];
        if (open >= 0) {
          nodes[open].end = AT(p);
          nodes[open].next = count;
        }
        listing = depth > 0 && listed[depth - 1];
      }
      p = skipSpace(p + 1);
    }
    name = 0;
    int base = bases[depth - 1];
    if (base < 0) continue;
    /* A member's name begins at `p`. */
    if (*p != '"') return 0;
    name = p + 1;
    p = stringEnd(name);
    if (p == 0) return 0;
    u32 size = p - 1 - name;
    for (const u8 *at = name; at < p; at += 16) {
      u32 escapes = wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(at), wasm_i8x16_const_splat('\\')));
      if (p - at < 16) escapes &= (1u << (p - at)) - 1;
      if (escapes != 0) return 0;
    }
    if (named == MAX_NAMES || named - base >= MAX_NAMES_OF_OBJECT) return 0;
    u32 hash = hashOf(name, size);
    for (u32 i = base; i < named; i++) {
      if (hashes[i] == hash && lengths[i] == size && same(names[i], name, size)) return 0;
    }
    hashes[named] = hash;
    names[named] = name;
    lengths[named] = size;
    named += 1;
    p = skipSpace(p);
    if (*p != ':') return 0;
    p = skipSpace(p + 1);
  }
}
