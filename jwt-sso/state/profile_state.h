#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/config/client_profile.h"
#include "io/unique_fd.h"

namespace pamjwt::sso {

/// A file of a profile's state.
enum class StateFile : std::uint8_t {
  kKey,          ///< "key": the private key, in OpenSSH's format
  kCertificate,  ///< "key-cert.pub": the certificate, where ssh looks for it beside the key
  kTokens,       ///< "tokens": the refresh token and the present tokens
  kPublicKey,    ///< "key.pub": the public key, if an agent has the private one
};

/// The most bytes of a file of the state.
inline constexpr std::size_t kMaxStateBytes = std::size_t{256} * 1024;

/// Proves that this process alone changes the state, until the end of the object's life. The kernel
/// takes the lock back from a process that dies.
class StateLock {
 private:
  friend class ProfileState;
  explicit StateLock(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

/// The directory in which the login of one profile is kept, between two runs of jwt-sso.
///
/// Nobody but the user of this process may own or read anything in it: all else is refused, and
/// nothing is ever deleted or repaired for that. All errors but those of a damaged file are
/// kInternal. They name the path, and say what to do.
class ProfileState {
 public:
  /// Opens the directory `path`. Returns nullopt if there is no such directory: nobody has logged
  /// in. Errors: it is not a directory, belongs to another user, or others may use it.
  static Result<std::optional<ProfileState>> Open(const std::string& path);
  /// Opens the directory `path`, an absolute path, and makes it and those above it where they are
  /// absent, each for the user alone. Errors: those of Open; a directory cannot be made; one above
  /// it, or a link on the way, belongs to neither root nor the user, or everybody may write it.
  static Result<ProfileState> Make(const std::string& path);

  /// Returns the content of a file, or nullopt if there is no such file. Takes no lock: each file
  /// is replaced as a whole. Errors: the file belongs to another user, or others may read it;
  /// kMalformed if it is not a regular file, or has more than kMaxStateBytes.
  [[nodiscard]] Result<std::optional<SecretString>> Read(StateFile file) const;

  /// Checks that ssh can use the private key: it is a regular file of the user alone, and not
  /// empty. Does not read it, so that this costs one system call. Errors: those of Read; kMalformed
  /// if the key is missing or empty.
  [[nodiscard]] Status CheckKey() const;

  /// Waits for the lock of the state, at most for `patience_ms`. What was read before may be old
  /// then: read again. Errors: another process holds the lock for longer.
  [[nodiscard]] Result<StateLock> Lock(std::int64_t patience_ms) const;

  /// Replaces a file, with mode 0600. When it returns success, the new content is on the disk; on
  /// errors, and after a crash, the old or the new content is there as a whole. Of several files,
  /// write kTokens first: a provider may take a refresh token once only, so the next one must not
  /// be lost.
  [[nodiscard]] Status Replace(const StateLock& lock, StateFile file,
                               std::string_view content) const;

  /// Deletes a file, or an empty directory in its place, if it is there, and what a process that
  /// was killed left of it. Both stay away after a crash too. Delete kCertificate first and the
  /// keys last: a certificate without its key, or tokens without it, would be half a login. Errors:
  /// the file cannot be removed.
  [[nodiscard]] Status Delete(const StateLock& lock, StateFile file) const;

  [[nodiscard]] std::string PathOf(StateFile file) const;

 private:
  ProfileState(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  std::string path_;
  UniqueFd fd_;
};

/// Checks the key that a profile's certificate is for, if it is one of jwt-sso's own: ssh may have
/// another one in an agent or in hardware. Errors: those of ProfileState::CheckKey.
Status CheckKeyFor(const ClientProfile& profile, const ProfileState& state);

}  // namespace pamjwt::sso
