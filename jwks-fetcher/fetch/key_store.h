#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/keys/key_file.h"
#include "io/unique_fd.h"

namespace pamjwt::fetcher {

/// The keys of every issuer, and the key file that holds them for logins. Only one process at a
/// time writes that file.
class KeyStore {
 public:
  /// Takes the lock PATH.lock, and reads the file at `path` if there is one. The lock is held as
  /// long as the store lives. If the file cannot be read, that is not an error: the store begins
  /// empty, and load_error() says why. The file is not made longer than `max_bytes`. Errors:
  /// kInternal if another process holds the lock, or if the lock cannot be opened or made.
  static Result<std::unique_ptr<KeyStore>> Open(std::string path,
                                                std::size_t max_bytes = kMaxKeyFileBytes);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Returns why the file could not be read by Open(), or "".
  [[nodiscard]] const std::string& load_error() const { return load_error_; }

  /// Returns the keys of an issuer, or nullptr. They are valid until the store changes.
  [[nodiscard]] const IssuerKeys* Find(std::string_view issuer) const;

  /// The entry of an issuer in the file, as it was last read or written.
  struct FileEntry {
    std::size_t keys = 0;  ///< the number of its keys
    UnixTime fetched;
  };
  /// Returns the entry of an issuer in the file, or nullptr. It is valid until the store changes.
  [[nodiscard]] const FileEntry* FindInFile(std::string_view issuer) const;

  /// Replaces the keys of one issuer. Returns whether they differ from its keys before.
  /// Errors: kKeysMissing if the file could not hold these keys, or could not be read with them, or
  /// would be too long with those of all issuers. The old keys then stay.
  Result<bool> Put(IssuerKeys keys);
  /// Notes that the keys of `issuer` were fetched at `fetched`, are the same as before, and expire
  /// at `expires`. Does nothing if the store has no keys of `issuer`.
  void Renew(std::string_view issuer, UnixTime fetched, UnixTime expires);
  /// Drops the keys of every issuer that is not in `issuers`.
  void KeepOnly(const std::vector<std::string>& issuers);

  /// Returns whether the store differs from the file.
  [[nodiscard]] bool dirty() const { return dirty_; }
  /// Replaces the file, after a check that the new text can be read back. After an error the old
  /// file stays, and the store keeps its keys and stays dirty. Errors: kInternal.
  Status Write();

 private:
  KeyStore(std::string path, UniqueFd lock, std::size_t max_bytes)
      : path_(std::move(path)), lock_(std::move(lock)), max_bytes_(max_bytes) {}
  void Load();
  void NoteIndex();
  void NoteFile();
  [[nodiscard]] std::size_t IndexOf(std::string_view issuer) const;

  std::string path_;
  UniqueFd lock_;
  std::size_t max_bytes_;
  std::string load_error_;
  std::vector<IssuerKeys> issuers_;
  std::map<std::string, std::size_t, std::less<>> index_;  // where in issuers_ an issuer is
  std::map<std::string, FileEntry, std::less<>> in_file_;  // by issuer
  std::size_t bytes_ = 0;  // the longest that the file may be with these keys, whatever the times
  bool dirty_ = false;
};

}  // namespace pamjwt::fetcher
