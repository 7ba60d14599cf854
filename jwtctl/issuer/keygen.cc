#include "jwtctl/issuer/keygen.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "core/jose/base64url.h"
#include "core/jose/jwk_set.h"
#include "core/jose/random_bytes.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/issuer/key_directory.h"
#include "jwtctl/issuer/private_jwk.h"
#include "text/join.h"
#include "text/printable.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kKeyFile = "key.json";
constexpr const char* kJwksFile = "jwks.json";
constexpr const char* kSecretFile = "secret";
constexpr mode_t kPrivateMode = S_IRUSR | S_IWUSR;
constexpr mode_t kPublicMode = S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;
constexpr unsigned kMinBits = 2048;
constexpr unsigned kMaxBits = 8192;
constexpr std::size_t kMaxKidBytes = 1024;  // so that keys.jsonl can hold it

/// Returns the kid of a key for which --kid is not given. For a secret it is random: a thumbprint
/// would show an attacker which guess of the secret is right.
Result<std::string> DefaultKid(const SigningKey& key) {
  if (key.type() != KeyType::kSecret) return Thumbprint(key.public_key());
  constexpr std::size_t kRandomBytes = 12;
  const Result<Bytes> random = RandomBytes(kRandomBytes);
  if (!random.ok()) return random.error();
  return EncodeBase64Url(random.value());
}

Result<SigningKey> MakeKey(const AlgorithmInfo& info, const KeygenOptions& options) {
  Result<SigningKey> made = SigningKey::Generate(info.algorithm, options.bits);
  if (!made.ok()) return made;
  SigningKey key = std::move(made).value();
  Result<std::string> kid = options.kid.empty() ? DefaultKid(key) : options.kid;
  if (!kid.ok()) return std::move(kid).error();
  key.SetKid(std::move(kid).value());
  key.SetAlgorithm(info.name);
  return key;
}

/// Refuses if there are files of an earlier key.
Status CheckRoom(const KeyDirectory& directory) {
  for (const char* const name : {kKeyFile, kJwksFile, kSecretFile}) {
    if (!directory.Has(name)) continue;
    return Error{Reason::kInternal,
                 directory.path() + "/" + name + " exists already: give --force to replace it"};
  }
  return Ok();
}

/// Checks, before files are written, that mint and the module can read what would be written.
Status CheckReadsBack(const SigningKey& key) {
  const Result<SecretString> text = PrivateJwkText(key);
  if (!text.ok()) return text.error();
  const Result<SigningKey> again = ParsePrivateJwk(text.value().view());
  if (!again.ok()) return again.error();
  if (key.type() == KeyType::kSecret) return Ok();
  const Result<JwkSet> set = ParseJwkSet(PublicJwkSetText(key.public_key()));
  if (!set.ok()) return set.error();
  if (set.value().keys.size() == 1) return Ok();
  return Error{Reason::kInternal, "the module could not read the new key"};
}

Status WriteKey(const KeyDirectory& directory, const SigningKey& key, bool force) {
  Result<SecretString> text = PrivateJwkText(key);
  if (!text.ok()) return std::move(text).error();
  const bool is_secret = key.type() == KeyType::kSecret;
  const std::string set = is_secret ? "" : PublicJwkSetText(key.public_key());
  const NewFile verifies = is_secret ? NewFile{kSecretFile, kPrivateMode, key.secret().view()}
                                     : NewFile{kJwksFile, kPublicMode, set};
  const NewFile signs{kKeyFile, kPrivateMode, text.value().view()};
  // key.json comes last: if the run is killed in between, the old signing key is not lost.
  Status written = directory.WriteTogether({verifies, signs}, force);
  if (!written.ok()) return written;
  // The earlier key may have been of the other kind.
  if (force) directory.Remove(is_secret ? kJwksFile : kSecretFile);
  return Ok();
}

Status CheckOptions(const KeygenOptions& options, std::optional<Algorithm> algorithm) {
  if (!algorithm.has_value()) {
    return Error{Reason::kConfigInvalid, "--alg: algorithm is not known: " + options.algorithm +
                                             ": use one of " + AlgorithmNames()};
  }
  if (options.bits < kMinBits || options.bits > kMaxBits) {
    return Error{Reason::kConfigInvalid, "--bits must be from 2048 to 8192"};
  }
  // With a kid that is not UTF-8, no program could read the files.
  if (!IsUtf8(options.kid)) return Error{Reason::kConfigInvalid, "--kid must be UTF-8"};
  if (options.kid.size() > kMaxKidBytes) {
    return Error{Reason::kConfigInvalid,
                 "--kid has more than " + std::to_string(kMaxKidBytes) + " bytes"};
  }
  return Ok();
}

Status Keygen(const KeygenOptions& options, const AlgorithmInfo& info, std::ostream& out) {
  Result<KeyDirectory> directory = KeyDirectory::Open(options.directory);
  if (!directory.ok()) return std::move(directory).error();
  Result<SigningKey> key = MakeKey(info, options);
  if (!key.ok()) return std::move(key).error();
  Status good = CheckReadsBack(key.value());
  if (!good.ok()) return good;
  Status room = options.force ? Ok() : CheckRoom(directory.value());
  if (!room.ok()) return room;
  Status written = WriteKey(directory.value(), key.value(), options.force);
  if (!written.ok()) return written;

  const bool is_secret = info.key_type == KeyType::kSecret;
  const std::string& path = directory.value().path();
  out << path << "/" << kKeyFile
      << (is_secret
              ? "   signs tokens: jwtctl mint --key; keep it to yourself\n"
              : "   signs: jwtctl mint --key, jwtctl deny --export --key; keep it to yourself\n")
      << path << "/" << (is_secret ? kSecretFile : kJwksFile)
      << (is_secret ? "     verifies and signs: secret_file of the issuer; keep it to yourself\n"
                    : "  verifies them: jwks_file of the issuer\n");
  return Ok();
}

}  // namespace

std::string AlgorithmNames() {
  std::vector<std::string> names;
  names.reserve(kAlgorithms.size());
  for (const AlgorithmInfo& info : kAlgorithms) {
    names.emplace_back(info.name);
  }
  return Join(names, " ");
}

int RunKeygen(const KeygenOptions& options, std::ostream& out, std::ostream& err) {
  const std::optional<Algorithm> algorithm = FindAlgorithm(options.algorithm);
  Status checked = CheckOptions(options, algorithm);
  if (!checked.ok()) {
    err << "jwtctl keygen: " << checked.error().detail << "\n";
    return kUsage;
  }
  Status made = Keygen(options, Info(*algorithm), out);
  if (made.ok()) return kOk;
  err << "jwtctl keygen: " << made.error().detail << "\n";
  return kNo;
}

}  // namespace pamjwt::ctl
