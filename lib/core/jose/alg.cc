#include "core/jose/alg.h"

#include <cstddef>

namespace pamjwt {
namespace {

constexpr bool IsIndexedByAlgorithm() {
  for (std::size_t i = 0; i < kAlgorithms.size(); ++i) {
    if (static_cast<std::size_t>(kAlgorithms[i].algorithm) != i) return false;
  }
  return true;
}
static_assert(IsIndexedByAlgorithm());

}  // namespace

const AlgorithmInfo& Info(Algorithm algorithm) {
  return kAlgorithms[static_cast<std::size_t>(algorithm)];
}

std::optional<Algorithm> FindAlgorithm(std::string_view name) {
  for (const AlgorithmInfo& info : kAlgorithms) {
    if (info.name == name) return info.algorithm;
  }
  return std::nullopt;
}

std::string_view Name(KeyType type) {
  switch (type) {
    case KeyType::kRsa:
      return "RSA";
    case KeyType::kP256:
      return "EC P-256";
    case KeyType::kP384:
      return "EC P-384";
    case KeyType::kP521:
      return "EC P-521";
    case KeyType::kEd25519:
      return "OKP Ed25519";
    case KeyType::kSecret:
      return "oct";
  }
  return "";
}

}  // namespace pamjwt
