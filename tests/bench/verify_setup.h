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

/// Something done again and again in one process. False: it failed.
struct Work {
  std::string name;
  std::function<bool()> run;
  std::vector<double> microseconds{};
};

/// A configured issuer, with its key and a token at hand.
struct KnownToken {
  LoadedConfig loaded;
  Jwk key;
  std::string token;
};

/// What is verified and decided, for each algorithm. What fails throws.
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
  std::string other_token_;       ///< of an algorithm that is not allowed
  std::list<KnownToken> tokens_;  ///< what works refer to
  std::vector<Work> works_;
};

}  // namespace pamjwt::bench
