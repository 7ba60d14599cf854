#include "core/jose/alg.h"

#include <string>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(FindAlgorithm, FindsEachByItsName) {
  for (const AlgorithmInfo& info : kAlgorithms) {
    EXPECT_EQ(FindAlgorithm(info.name), info.algorithm);
    EXPECT_EQ(Info(info.algorithm).name, info.name);
  }
}

// RFC 8725 §3.1: names with which tokens got past lists of forbidden algorithms.
TEST(FindAlgorithm, ComparesByteForByte) {
  for (const char* name : {"",       "none",
                           "None",   "nOnE",
                           "NONE",   "rs256",
                           "Rs256",  " RS256",
                           "RS256 ", "RS256\n",
                           "RS2566", "RS25",
                           "HS1",    "RS1",
                           "ES256K", "Ed448",
                           "EDDSA",  "ed25519",
                           "dir",    "RSA-OAEP",
                           "A128KW", "PBES2-HS256+A128KW"}) {
    EXPECT_EQ(FindAlgorithm(name), std::nullopt) << name;
  }
  EXPECT_EQ(FindAlgorithm(std::string("RS256\0", 6)), std::nullopt);
  EXPECT_EQ(FindAlgorithm("RS256"), Algorithm::kRs256);
}

// RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2.
TEST(Info, EachAlgorithmIsBoundToOneKeyType) {
  EXPECT_EQ(Info(Algorithm::kRs256).key_type, KeyType::kRsa);
  EXPECT_EQ(Info(Algorithm::kPs512).key_type, KeyType::kRsa);
  EXPECT_EQ(Info(Algorithm::kEs256).key_type, KeyType::kP256);
  EXPECT_EQ(Info(Algorithm::kEs384).key_type, KeyType::kP384);
  EXPECT_EQ(Info(Algorithm::kEs512).key_type, KeyType::kP521);
  EXPECT_EQ(Info(Algorithm::kEdDsa).key_type, KeyType::kEd25519);
  EXPECT_EQ(Info(Algorithm::kEd25519).key_type, KeyType::kEd25519);
  EXPECT_EQ(Info(Algorithm::kHs512).key_type, KeyType::kSecret);
}

TEST(Name, EachKeyTypeHasTheNameOfItsJwk) {
  EXPECT_EQ(Name(KeyType::kRsa), "RSA");
  EXPECT_EQ(Name(KeyType::kEd25519), "OKP Ed25519");
  EXPECT_EQ(Name(KeyType::kSecret), "oct");
}

TEST(Name, TheNameOfAnEcKeyTypeEndsInItsCurve) {
  EXPECT_EQ(Name(KeyType::kP256), "EC P-256");
  EXPECT_EQ(Name(KeyType::kP384), "EC P-384");
  EXPECT_EQ(Name(KeyType::kP521), "EC P-521");
}

}  // namespace
}  // namespace pamjwt
