#include "jwtctl/issuer/mint.h"

#include <optional>
#include <ostream>
#include <utility>

#include "core/json/json.h"
#include "core/ssh/bound_nonce.h"
#include "core/ssh/certificate_maker.h"
#include "io/clock.h"
#include "io/file.h"
#include "io/public_key_file.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/issuer/json_members.h"
#include "jwtctl/issuer/key_file.h"
#include "text/time_text.h"

namespace pamjwt::ctl {
namespace {

Error Refuse(std::string detail) {
  return Error{Reason::kConfigInvalid, std::move(detail)};
}

/// Returns the algorithms with which a key of this type can sign.
std::vector<AlgorithmInfo> AlgorithmsOf(KeyType type) {
  std::vector<AlgorithmInfo> fitting;
  for (const AlgorithmInfo& info : kAlgorithms) {
    if (info.key_type == type) fitting.push_back(info);
  }
  return fitting;
}

Result<Algorithm> ChooseAlgorithm(const SigningKey& key, const std::string& wanted) {
  const std::string& name = wanted.empty() ? key.public_key().alg : wanted;
  const std::vector<AlgorithmInfo> fitting = AlgorithmsOf(key.type());
  if (name.empty() && fitting.size() == 1) return fitting.front().algorithm;
  std::string names;
  for (const AlgorithmInfo& info : fitting) {
    if (info.name == name) return info.algorithm;
    names += (names.empty() ? "" : ", ") + std::string(info.name);
  }
  return Refuse((name.empty() ? "--alg is needed, for this key one of "
                              : "--alg: " + name + " does not go with this key, which takes ") +
                names);
}

Result<std::string> WriteHeader(const MintOptions& options, const SigningKey& key,
                                Algorithm algorithm) {
  std::vector<JsonMemberText> members = {{"alg", QuoteJson(Info(algorithm).name)}};
  if (!options.typ.empty()) members.push_back({"typ", QuoteJson(options.typ)});
  const std::string& kid = options.kid.has_value() ? *options.kid : key.public_key().kid;
  if (!kid.empty()) members.push_back({"kid", QuoteJson(kid)});
  return WriteJsonObject(options.headers, members);
}

/// A nonce that binds a token to an ssh key, and the salt in it.
struct SaltedNonce {
  std::string salt;
  std::string nonce;
};

Status CheckNoNonce(const std::vector<std::string>& claims) {
  for (const std::string& claim : claims) {
    const Result<JsonMemberText> member = ParseJsonMember(claim);
    if (member.ok() && member.value().name == "nonce") {
      return Refuse("--claim: --bind makes the claim nonce: leave it out");
    }
  }
  return Ok();
}

/// Makes a salt, and the nonce for it and for the key that --bind names. Returns nullopt without
/// --bind.
Result<std::optional<SaltedNonce>> BindToKey(const MintOptions& options) {
  if (options.bind.empty()) return std::optional<SaltedNonce>();
  const Status no_nonce = CheckNoNonce(options.claims);
  if (!no_nonce.ok()) return no_nonce.error();
  const Result<SshPublicKey> key = ReadPublicKeyFile(options.bind);
  if (!key.ok()) return Refuse("--bind: " + key.error().detail);
  Result<std::string> salt = MakeSalt();
  if (!salt.ok()) return std::move(salt).error();
  Result<std::string> nonce = BoundNonce(salt.value(), key.value().blob);
  if (!nonce.ok()) return std::move(nonce).error();
  return std::optional(SaltedNonce{std::move(salt).value(), std::move(nonce).value()});
}

Result<std::string> WriteClaims(const MintOptions& options,
                                const std::optional<SaltedNonce>& binding) {
  Result<UnixTime> at = options.at.empty() ? Now() : ParseTime(options.at);
  if (!at.ok()) return Refuse("--at: " + at.error().detail);
  Result<Seconds> ttl = ParseSpan(options.ttl);
  if (!ttl.ok()) return Refuse("--ttl: " + ttl.error().detail);
  const std::int64_t issued = at.value().seconds;
  std::vector<JsonMemberText> members = {{"iat", std::to_string(issued)},
                                         {"exp", std::to_string(issued + ttl.value().count)}};
  if (binding.has_value()) members.push_back({"nonce", QuoteJson(binding->nonce)});
  Result<std::string> claims = WriteJsonObject(options.claims, members);
  if (!claims.ok()) return Refuse("--claim: " + claims.error().detail);
  return claims;
}

/// Returns TOKEN, or SALT~TOKEN if it is bound.
Result<std::string> Mint(const MintOptions& options) {
  Result<SigningKey> key = LoadSigningKey(options.key_path);
  if (!key.ok()) return std::move(key).error();
  Result<Algorithm> algorithm = ChooseAlgorithm(key.value(), options.algorithm);
  if (!algorithm.ok()) return std::move(algorithm).error();
  Result<std::string> header = WriteHeader(options, key.value(), algorithm.value());
  if (!header.ok()) return Refuse("--header: " + header.error().detail);
  const Result<std::optional<SaltedNonce>> binding = BindToKey(options);
  if (!binding.ok()) return binding.error();
  Result<std::string> claims = WriteClaims(options, binding.value());
  if (!claims.ok()) return std::move(claims).error();
  Result<std::string> token =
      SignToken(key.value(), algorithm.value(), header.value(), claims.value());
  if (!token.ok() || !binding.value().has_value()) return token;
  return binding.value()->salt + "~" + token.value();
}

}  // namespace

int RunMint(const MintOptions& options, std::ostream& out, std::ostream& err) {
  Result<std::string> token = Mint(options);
  if (!token.ok()) {
    err << "jwtctl mint: " << token.error().detail << "\n";
    return token.error().reason == Reason::kConfigInvalid ? kUsage : kNo;
  }
  if (IsWorldReadable(options.key_path)) {
    err << "warning: " << options.key_path << " can be read by everybody: chmod 600\n";
  }
  out << token.value() << "\n";
  return kOk;
}

}  // namespace pamjwt::ctl
