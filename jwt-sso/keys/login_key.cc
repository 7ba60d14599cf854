#include "jwt-sso/keys/login_key.h"

#include <sys/stat.h>

#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "core/ssh/base64.h"
#include "core/ssh/fingerprint.h"
#include "core/ssh/private_key.h"
#include "io/public_key_file.h"
#include "jwt-sso/keys/agent.h"

namespace pamjwt::sso {
namespace {

using Found = std::optional<LoginKey>;

Error Wrong(std::string why) {
  return {Reason::kConfigInvalid, std::move(why)};
}

Result<LoginKey> FromPrivate(P256Key key) {
  Result<SshPublicKey> public_key = SshPublicKeyOf(key);
  if (!public_key.ok()) return std::move(public_key).error();
  return LoginKey{std::move(public_key).value(), std::move(key)};
}

Result<Found> FindInState(const ProfileState& state) {
  const Result<std::optional<SecretString>> text = state.Read(StateFile::kKey);
  if (!text.ok()) return text.error();
  if (!text.value().has_value()) return Found();
  Result<P256Key> key = ParsePrivateKey(text.value()->view());
  if (!key.ok()) {
    return Error{key.error().reason, state.PathOf(StateFile::kKey) + ": " + key.error().detail +
                                         ": log out and in again, which makes a new key"};
  }
  Result<LoginKey> found = FromPrivate(std::move(key).value());
  if (!found.ok()) return std::move(found).error();
  return Found(std::move(found).value());
}

Result<Found> FindInAgent(const std::string& fingerprint) {
  constexpr std::int64_t kPatienceMs = 5000;
  const char* const socket = std::getenv("SSH_AUTH_SOCK");
  if (socket == nullptr || *socket == '\0') {
    return Error{Reason::kInternal,
                 "the profile has a key of an ssh-agent, and there is no agent: SSH_AUTH_SOCK is "
                 "not set: start one, and add the key with ssh-add"};
  }
  Result<std::vector<SshPublicKey>> keys = ListAgentKeys(socket, kPatienceMs);
  if (!keys.ok()) return std::move(keys).error();
  // An agent that is locked says that it has no keys.
  const bool may_be_locked = keys.value().empty();
  for (SshPublicKey& key : std::move(keys).value()) {
    const Result<std::string> name = Fingerprint(key.blob);
    if (!name.ok()) return name.error();
    if (name.value() == fingerprint) return Found(LoginKey{std::move(key), std::nullopt});
  }
  return Error{Reason::kInternal,
               "the ssh-agent at " + std::string(socket) + " has no key " + fingerprint +
                   ": add it with ssh-add; " +
                   (may_be_locked ? "if the agent is locked, unlock it with ssh-add -X"
                                  : "ssh-add -l lists those that it has")};
}

Result<Found> FindInFile(const std::string& path) {
  // A pipe would wait for its writer.
  struct stat status {};
  if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    return Wrong(path + " is not a regular file");
  }
  Result<SshPublicKey> key = ReadPublicKeyFile(path);
  if (!key.ok()) return std::move(key).error();
  return Found(LoginKey{std::move(key).value(), std::nullopt});
}

}  // namespace

Result<std::optional<LoginKey>> FindLoginKey(const ClientKey& key, const ProfileState& state) {
  switch (key.kind) {
    case ClientKey::Kind::kNew:
      return FindInState(state);
    case ClientKey::Kind::kAgent:
      return FindInAgent(key.name);
    case ClientKey::Kind::kFile:
      return FindInFile(key.name);
  }
  return Error{Reason::kInternal, "no key of this kind"};
}

Result<LoginKey> MakeLoginKey(const ProfileState& state, const StateLock& lock) {
  Result<Found> found = FindInState(state);
  if (!found.ok()) return std::move(found).error();
  if (found.value().has_value()) return *std::move(found).value();
  Result<P256Key> key = P256Key::Make();
  if (!key.ok()) return std::move(key).error();
  const Result<SecretString> text = FormatPrivateKey(key.value(), "jwt-sso");
  if (!text.ok()) return text.error();
  Status written = state.Replace(lock, StateFile::kKey, text.value().view());
  if (!written.ok()) return std::move(written).error();
  return FromPrivate(std::move(key).value());
}

Status KeepPublicKey(const ProfileState& state, const StateLock& lock, const LoginKey& key) {
  const SshPublicKey& public_key = key.public_key;
  const std::string line =
      std::string(Name(public_key.type)) + " " + EncodeBase64(public_key.blob) + "\n";
  return state.Replace(lock, StateFile::kPublicKey, line);
}

}  // namespace pamjwt::sso
