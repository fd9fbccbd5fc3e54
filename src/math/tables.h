// SPDX-License-Identifier: Apache-2.0
// Made by tools/coefficients/make_tables.py: do not edit.
#pragma once

#include <cstdint>

namespace silu::math {

// e^r on |r| <= ln(2)/32, in one double: relative error below 2^-47.66 (Sollya, supnorm).
inline constexpr double kExp64[6] = {0x1.0000000000014p+0, 0x1.fffffffffff58p-1, 0x1.fffffffd0d34ap-2,
                                     0x1.5555555a2416fp-3, 0x1.555761c80b07ep-5, 0x1.110fe29e595a0p-7};

// p of e^r = 1 + r + r^2/2 + r^3 p(r) on |r| <= ln(2)/32, for pairs of doubles; (exp(x) - 1 - x - x^2/2) / x^3:
// relative error below 2^-73.55 (Sollya, supnorm).
inline constexpr double kExp128[6] = {0x1.5555555555556p-3,  0x1.5555555555556p-5,  0x1.11111110d5831p-7,
                                      0x1.6c16c16bcb69bp-10, 0x1.a01b1f61445bbp-13, 0x1.a01b151add4a6p-16};

// e^r = 1 + r + c0 r^2 + c1 r^3 + ... on |r| <= ln(2)/2 + 2^-12, in one float: relative error below 2^-23.18 (Sollya,
// supnorm).
inline constexpr float kExp32[4] = {0x1.fffdfc0000000p-2f, 0x1.5557b40000000p-3f, 0x1.572a4e0000000p-5f,
                                    0x1.105ff60000000p-7f};

// e^r = 1 + r + r^2/2 + c0 r^3 + c1 r^4 on |r| <= log(2)/64 + 2^-10, for pairs of floats: relative error below 2^-41.80
// (Sollya, supnorm).
inline constexpr float kExpShort[2] = {0x1.5555dc0000000p-3f, 0x1.5555640000000p-5f};

inline constexpr int kEntries = 16;

// 2^(j/16) as the pair of doubles kExp2High[j] + kExp2Low[j], to 2^-106.
inline constexpr double kExp2High[kEntries] = {0x1p+0,
                                               0x1.0b5586cf9890fp+0,
                                               0x1.172b83c7d517bp+0,
                                               0x1.2387a6e756238p+0,
                                               0x1.306fe0a31b715p+0,
                                               0x1.3dea64c123422p+0,
                                               0x1.4bfdad5362a27p+0,
                                               0x1.5ab07dd485429p+0,
                                               0x1.6a09e667f3bcdp+0,
                                               0x1.7a11473eb0187p+0,
                                               0x1.8ace5422aa0dbp+0,
                                               0x1.9c49182a3f09p+0,
                                               0x1.ae89f995ad3adp+0,
                                               0x1.c199bdd85529cp+0,
                                               0x1.d5818dcfba487p+0,
                                               0x1.ea4afa2a490dap+0};
inline constexpr double kExp2Low[kEntries] = {0x0p+0,
                                              0x1.8a62e4adc610bp-54,
                                              -0x1.19041b9d78a76p-55,
                                              0x1.9b07eb6c70573p-54,
                                              0x1.6f46ad23182e4p-55,
                                              0x1.ada0911f09ebcp-55,
                                              0x1.d4397afec42e2p-56,
                                              0x1.6324c054647adp-54,
                                              -0x1.bdd3413b26456p-54,
                                              -0x1.41577ee04992fp-55,
                                              0x1.6e9f156864b27p-54,
                                              0x1.c7c46b071f2bep-56,
                                              0x1.7a1cd345dcc81p-54,
                                              0x1.11065895048ddp-55,
                                              0x1.2ed02d75b3707p-55,
                                              -0x1.e9c23179c2893p-54};

// 2^(j/16) less j 2^48 in its bits: adding n = 16 k + j, shifted by 48, makes 2^k 2^(j/16).
inline constexpr std::uint64_t kExp2Biased[kEntries] = {
    0x3ff0000000000000u, 0x3fefb5586cf9890fu, 0x3fef72b83c7d517bu, 0x3fef387a6e756238u,
    0x3fef06fe0a31b715u, 0x3feedea64c123422u, 0x3feebfdad5362a27u, 0x3feeab07dd485429u,
    0x3feea09e667f3bcdu, 0x3feea11473eb0187u, 0x3feeace5422aa0dbu, 0x3feec49182a3f090u,
    0x3feee89f995ad3adu, 0x3fef199bdd85529cu, 0x3fef5818dcfba487u, 0x3fefa4afa2a490dau};
// What is left of it, beside it.
inline constexpr double kExp2Ratio[kEntries] = {0x0p+0,
                                                0x1.79aa65d837b6dp-54,
                                                -0x1.01b15eaa59348p-55,
                                                0x1.68efde3a8a894p-54,
                                                0x1.34d754db0abb6p-55,
                                                0x1.59f48a72a4c6dp-55,
                                                0x1.690cebb7aafbp-56,
                                                0x1.063e1e21c5409p-54,
                                                -0x1.3b3efbf5e2228p-54,
                                                -0x1.b32dcb94da51dp-56,
                                                0x1.db72fc1f0eab4p-55,
                                                0x1.1affc2b91ce27p-56,
                                                0x1.c1a7792cb3387p-55,
                                                0x1.36eae30af0cb3p-56,
                                                0x1.4a385a63d07a7p-56,
                                                -0x1.ff7128fd391fp-55};

inline constexpr int kShortEntries = 32;

// 2^(j/32) in 10 bits, and the logarithm of what that lacks as a factor.
inline constexpr float kShortPowers[kShortEntries] = {
    0x1p+0f,     0x1.058p+0f, 0x1.0b8p+0f, 0x1.11p+0f,  0x1.17p+0f,  0x1.1d8p+0f, 0x1.238p+0f, 0x1.2ap+0f,
    0x1.308p+0f, 0x1.37p+0f,  0x1.3ep+0f,  0x1.45p+0f,  0x1.4cp+0f,  0x1.538p+0f, 0x1.5a8p+0f, 0x1.628p+0f,
    0x1.6ap+0f,  0x1.72p+0f,  0x1.7ap+0f,  0x1.828p+0f, 0x1.8bp+0f,  0x1.938p+0f, 0x1.9c8p+0f, 0x1.a58p+0f,
    0x1.ae8p+0f, 0x1.b8p+0f,  0x1.c18p+0f, 0x1.cb8p+0f, 0x1.d58p+0f, 0x1.ep+0f,   0x1.ea8p+0f, 0x1.f5p+0f};
inline constexpr float kShortLogs[kShortEntries] = {
    0x0p+0f,          0x1.a7a2b6p-12f,  -0x1.4547c6p-11f, 0x1.68d04ep-11f,  0x1.3f52aep-11f,  -0x1.8ea2cap-11f,
    0x1.ae102ap-14f,  -0x1.30302p-12f,  -0x1.b1ca6cp-13f, 0x1.5c500ap-12f,  -0x1.1656aep-12f, -0x1.8cc682p-12f,
    -0x1.ca8cep-16f,  -0x1.71dd4cp-11f, 0x1.1e885p-11f,   -0x1.44181cp-11f, 0x1.c00c4p-14f,   -0x1.7e30f4p-14f,
    0x1.766bd2p-13f,  -0x1.a1a1d8p-12f, -0x1.01998ap-11f, -0x1.fc5ffp-14f,  -0x1.10ab3ep-11f, -0x1.d04e66p-12f,
    0x1.7b9c1cp-14f,  -0x1.3ef782p-14f, 0x1.d5147ap-13f,  -0x1.f14ad2p-14f, 0x1.b1d1bap-17f,  -0x1.d1989ap-12f,
    -0x1.bade74p-12f, 0x1.e3cf2ep-15f};

// log2(e), and times 16, which turns x into table steps.
inline constexpr double kStepsPerUnit = 0x1.71547652b82fep+4;
inline constexpr float kLog2e32 = 0x1.715476p+0f;

// ln(2)/16 = first + second + third; the first two have at most 38 bits, so that their products with
// an integer of 15 bits are exact; the sum is right to 2^-134.
inline constexpr double kStepFirst = 0x1.62e42fefap-5;
inline constexpr double kStepSecond = 0x1.cf79abc9ep-44;
inline constexpr double kStepThird = 0x1.d9cc01f97b57ap-83;
// What is left behind the first part, for evaluation in one double.
inline constexpr double kStepRest = 0x1.cf79abc9e3b3ap-44;

// ln(2) for floats: the first part has 15 bits, so that its product with an integer of 8 bits is exact.
inline constexpr float kLn2First32 = 0x1.62e4p-1f;
inline constexpr float kLn2Second32 = 0x1.7f7d1cp-20f;
inline constexpr float kLn2Single32 = 0x1.62e43p-1f;
// What is left behind that.
inline constexpr float kLn2Rest32 = -0x1.05c61p-29f;

// floor(ln(2) 2^4096), least significant limb first.
inline constexpr int kLn2Limbs = 64;
inline constexpr std::uint64_t kLn2[kLn2Limbs] = {
    0x175eb4afc8daadd8u, 0xf07afff3a892374eu, 0x8f6826250dea891eu, 0xcecb72f19c38339du, 0x5f6f7cebac9f45aeu,
    0x6c472096e76115c0u, 0x972cd18bfbbd9d42u, 0x0ab111bbbd67c724u, 0x473826fda0c238b9u, 0x61c1696dd24aaebdu,
    0x156e0c292413d5e3u, 0x95184460dc4e7487u, 0xd7622658901e646au, 0xef2f0ce2d7373958u, 0x2ac5b61cc4e9207cu,
    0x57339ba2beba7d05u, 0x0060e49908391a0cu, 0x621363196af50302u, 0x05c128d53d0bd2f9u, 0x36e02b20cee886b9u,
    0x0bbb16faf3d949f2u, 0x422183edc9942109u, 0x5e9222b88c66d3c5u, 0x61affd446b1ca3cfu, 0x268a5c1f9538b982u,
    0x8d6f5177fbcf0755u, 0xa17293d1228a4ef9u, 0x44a02554731cdc8eu, 0x96d4e6d330af889bu, 0x5570b6c68f969834u,
    0x7598a1951ae273eeu, 0x4d162db3b365853du, 0x5f50b5185064c18bu, 0x078f735d1b2db31bu, 0xae313cdb6c606cb1u,
    0x955d5179b1e17b9du, 0x0c480a5417350d2cu, 0x074db6015cfe7aa3u, 0x6a9c7f8a5e148e82u, 0x25669b333564a337u,
    0x4c1a1e0bd1d6095du, 0xcccc4e659393514cu, 0xc943e732b479cd33u, 0x17460775db8990e5u, 0x7d2e23de1400b396u,
    0xee569d6dfc1efa15u, 0x610d30f88fe551a2u, 0x07f4ca11fb5bfb90u, 0xda2d97c50f3fd5c6u, 0x655fa1872f20e3a2u,
    0xf5dfa6bd38303248u, 0x72ce87b19d6548cau, 0x256fa0ec7657f74bu, 0xb9ea9bc3b136603bu, 0x1acbda11317c387eu,
    0x3e96ca16224ae8c5u, 0x27573b291169b825u, 0xed2eae35c1382144u, 0x559552fb4afa1b10u, 0xe7b876206debac98u,
    0x8a0d175b8baafa2bu, 0x40f343267298b62du, 0xc9e3b39803f2f6afu, 0xb17217f7d1cf79abu};

}  // namespace silu::math
