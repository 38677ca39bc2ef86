/**
 * Known answers for Ed25519 by the one strict rule of core/signature/signature.ts: RFC 8032 section 7.1, and signatures
 * that other verifiers accept but this one must refuse. The rows are those of test/vectors/ed25519.json with the same
 * names; a test compares them.
 */
import { encodeHex } from "../bytes/encoding.ts";
import { type Check, expectRefused, expectSame, hex } from "./check.ts";

export interface SignatureAnswer {
  readonly rule: string;
  /** Present if signing with it gives the signature. */
  readonly seed?: string;
  readonly key: string;
  readonly message: string;
  readonly signature: string;
}

export const TAKEN: readonly (SignatureAnswer & { readonly seed: string })[] = [
  {
    rule: "RFC 8032 section 7.1, vector 1",
    seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    key: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    message: "",
    signature:
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  },
  {
    rule: "RFC 8032 section 7.1, vector 2",
    seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    key: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    message: "72",
    signature:
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  },
  {
    rule: "RFC 8032 section 7.1, vector 3",
    seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    key: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    message: "af82",
    signature:
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  },
  {
    rule: "RFC 8032 section 7.1, vector 4",
    seed: "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    key: "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
    message:
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    signature:
      "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
  },
];

export const REFUSED: readonly SignatureAnswer[] = [
  {
    rule: "S + L: a second text for a good signature",
    key: "2b79e80575a70f1399720551f42ddd7b6fd91fa301bcc2318aadf13a94b43b06",
    message: "d86c7f1edf41678c4e68b774ab48911d6852f93f64182c377537c389b21208e9",
    signature:
      "68565b2d2afae40f2b854f77a8e592d01c09b37991bdc8531bf84c9e6043c4ca33d1a80675490754a40555bee2288aae4563beda8925b9962ed1bd949086661f",
  },
  {
    rule: "a key with a part of order 8, R with -0 times it: only times 8 is it equal",
    key: "e9cc98cec2bc29346d907d02c6fbe3c49522b0f91e092ab27d90038a687816d8",
    message: "6d6573736167652030",
    signature:
      "b31b20f50426242514d81b383548bd90de72fd0b8cf2382a88f9f52ce5076b2350740f5eb44552187d43bea5d1cee0325217e9fbc6f5635761f408cf9b4c0a04",
  },
  {
    rule: "R as y = p + 1, k taken of the canonical one",
    key: "2b79e80575a70f1399720551f42ddd7b6fd91fa301bcc2318aadf13a94b43b06",
    message: "d86c7f1edf41678c4e68b774ab48911d6852f93f64182c377537c389b21208e9",
    signature:
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f1fd3ed211da93f74cd9459aaa1977d03b3bd6f129af9c6e3087904b0f58b0900",
  },
  {
    rule: "a forgery for the point of order 1 (0 times the generator)",
    key: "0100000000000000000000000000000000000000000000000000000000000000",
    message: "6d6573736167652030",
    signature:
      "18cf41c382b8275b0107ed61f7b35c7c83ec6425b87b1b05d9377200d161f9971298aca0105ecf52285eb984ee2504aad938ead11385d5f1a2ebb59738a9cd0f",
  },
  {
    rule: "a forgery for the point of order 8 (1 times the generator)",
    key: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    message: "6d6573736167652030",
    signature:
      "18cf41c382b8275b0107ed61f7b35c7c83ec6425b87b1b05d9377200d161f9971298aca0105ecf52285eb984ee2504aad938ead11385d5f1a2ebb59738a9cd0f",
  },
  {
    rule: "a forgery for the point of order 4 (2 times the generator), as y + p",
    key: "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    message: "6d6573736167652037",
    signature:
      "18cf41c382b8275b0107ed61f7b35c7c83ec6425b87b1b05d9377200d161f9971298aca0105ecf52285eb984ee2504aad938ead11385d5f1a2ebb59738a9cd0f",
  },
  {
    rule: "another message",
    key: "2b79e80575a70f1399720551f42ddd7b6fd91fa301bcc2318aadf13a94b43b06",
    message: "d86c7f1edf41678c4e68b774ab48911d6852f93f64182c377537c389b21208e900",
    signature:
      "68565b2d2afae40f2b854f77a8e592d01c09b37991bdc8531bf84c9e6043c4ca46fdb2a95ae6f4fbcd685d1b042fab994563beda8925b9962ed1bd949086660f",
  },
  {
    rule: "a key of 33 bytes",
    key: "2b79e80575a70f1399720551f42ddd7b6fd91fa301bcc2318aadf13a94b43b0600",
    message: "d86c7f1edf41678c4e68b774ab48911d6852f93f64182c377537c389b21208e9",
    signature:
      "68565b2d2afae40f2b854f77a8e592d01c09b37991bdc8531bf84c9e6043c4ca46fdb2a95ae6f4fbcd685d1b042fab994563beda8925b9962ed1bd949086660f",
  },
  {
    rule: "65 bytes: one zero more",
    key: "2b79e80575a70f1399720551f42ddd7b6fd91fa301bcc2318aadf13a94b43b06",
    message: "d86c7f1edf41678c4e68b774ab48911d6852f93f64182c377537c389b21208e9",
    signature:
      "68565b2d2afae40f2b854f77a8e592d01c09b37991bdc8531bf84c9e6043c4ca46fdb2a95ae6f4fbcd685d1b042fab994563beda8925b9962ed1bd949086660f00",
  },
];

/** The key of vector 1 as written by `gait keys init` and by OpenSSL. */
const KEY_BASE64 = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const KEY_PEM = `-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA${KEY_BASE64}\n-----END PUBLIC KEY-----\n`;
const KEY_ID = "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9";

/** Ambiguous key texts, and keys that anyone can sign for. */
const BAD_KEYS: readonly (readonly [what: string, text: string])[] = [
  ["base64 without its padding", KEY_BASE64.slice(0, -1)],
  ["base64 with stray bits", KEY_BASE64.replace(/.=$/, "p=")],
  ["base64 of the other alphabet", KEY_BASE64.replaceAll("/", "_").replaceAll("+", "-")],
  ["a key of 31 bytes", btoa("\x07".repeat(31))],
  ["a key of small order", btoa("\x01".padEnd(32, "\0"))],
  ["a key that is not a point", btoa("\x02".padEnd(32, "\0"))],
  ["a PEM block of another algorithm", KEY_PEM.replace("K2Vw", "K2Vu")],
  ["a PEM block with text around it", `${KEY_PEM}x`],
];

export const SIGNATURE_CHECKS: readonly Check[] = [
  {
    name: "keys",
    shows: "public keys are read from base64 and PEM, and bad ones refused",
    async run({ parsePublicKey, platform }) {
      for (const text of [KEY_BASE64, `${KEY_BASE64}\n`, KEY_PEM])
        expectSame("the id of a known key", parsePublicKey(text, platform, "path:selftest").id, KEY_ID);
      for (const [what, text] of BAD_KEYS)
        await expectRefused(what, () => parsePublicKey(text, platform, "path:selftest"));
    },
  },
  {
    name: "ed25519",
    shows: "Ed25519 verifies the signatures of RFC 8032",
    async run({ platform }) {
      for (const { rule, key, message, signature } of TAKEN)
        expectSame(rule, await platform.verifyEd25519(hex(signature), hex(message), hex(key)), true);
    },
  },
  {
    name: "ed25519_strict",
    shows: "Ed25519 refuses malleable signatures, keys of small order and signatures valid only with the cofactor",
    async run({ platform }) {
      for (const { rule, key, message, signature } of REFUSED)
        expectSame(rule, await platform.verifyEd25519(hex(signature), hex(message), hex(key)), false);
      const [{ key, message, signature }] = TAKEN as readonly [SignatureAnswer, ...SignatureAnswer[]];
      for (const at of [0, 31, 32, 62]) {
        const altered = hex(signature);
        altered[at] = (altered[at] ?? 0) ^ 1;
        expectSame(`a bit of byte ${at} changed`, await platform.verifyEd25519(altered, hex(message), hex(key)), false);
      }
    },
  },
  {
    name: "ed25519_sign",
    shows: "Ed25519 signs deterministically as in RFC 8032",
    needs: "createSigner",
    async run({ createSigner }) {
      if (createSigner === undefined) return;
      for (const { rule, seed, key, message, signature } of TAKEN) {
        const signer = await createSigner(hex(seed));
        expectSame(`${rule}: the public key`, encodeHex(signer.publicKey.bytes), key);
        expectSame(`${rule}: the signature`, encodeHex(await signer.sign(hex(message))), signature);
      }
    },
  },
];
