#pragma once

#include <functional>
#include <list>
#include <string>
#include <vector>

#include "bench/issuer.h"
#include "bench/scratch.h"
#include "core/jose/jwk.h"
#include "io/config_file.h"

namespace pamjwt::bench {

/// Work that is repeated in one process. It returns false if it fails.
struct Work {
  std::string name;
  std::function<bool()> run;
  std::vector<double> microseconds{};
};

/// A configured issuer, its key and a token.
struct KnownToken {
  LoadedConfig loaded;
  Jwk key;
  std::string token;
};

/// The verifications and decisions for each algorithm. A function that fails throws.
class VerifySetup {
 public:
  VerifySetup();

  [[nodiscard]] const std::vector<Work>& works() const { return works_; }

 private:
  const KnownToken& Add(const std::string& alg);
  void AddVerifications(const std::string& alg, const KnownToken& known);
  void AddDecisions(const KnownToken& known);

  Scratch scratch_;
  std::string user_;
  std::string other_token_;       ///< a token whose algorithm is not allowed
  std::list<KnownToken> tokens_;  ///< the tokens that `works_` refers to
  std::vector<Work> works_;
};

}  // namespace pamjwt::bench
