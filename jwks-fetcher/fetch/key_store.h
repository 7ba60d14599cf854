#pragma once

#include <cstddef>
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

/// The key file, and the keys of every issuer in it. There is one writer: this process.
class KeyStore {
 public:
  /// Takes the lock PATH.lock, which is held while the store lives, and reads the file found.
  /// A file that cannot be read is no error: the store begins empty, and load_error() says why.
  /// Errors: kInternal if another process holds the lock, or the directory cannot be written.
  static Result<std::unique_ptr<KeyStore>> Open(std::string path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::string& load_error() const { return load_error_; }

  /// The keys of an issuer, or nullptr. Valid until the next change.
  [[nodiscard]] const IssuerKeys* Find(std::string_view issuer) const;

  /// What the file has of an issuer, as it was last read or written.
  struct FileEntry {
    std::string issuer;
    std::size_t keys = 0;
    UnixTime fetched;
  };
  /// The keys of this issuer in the file; nullptr if there are none. Valid until the next change.
  [[nodiscard]] const FileEntry* FindInFile(std::string_view issuer) const;

  /// Replaces the keys of one issuer. Gives true if they differ from those before.
  /// Errors: kKeysMissing if the file could not hold them, or could then not be read; the old keys
  /// stay.
  Result<bool> Put(IssuerKeys keys);
  /// The keys of `issuer` are what they were, and were seen at `fetched`.
  void Renew(std::string_view issuer, UnixTime fetched, UnixTime expires);
  /// Drops the keys of all others.
  void KeepOnly(const std::vector<std::string>& issuers);

  /// Is there something that the file does not have?
  [[nodiscard]] bool dirty() const { return dirty_; }
  /// Replaces the file, after a check that the new text reads back as a key file. If that fails,
  /// the store stays dirty and its keys stay. Errors: kInternal.
  Status Write();

 private:
  KeyStore(std::string path, UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  void Load();
  void NoteFile();
  /// Its place in issuers_, or their number.
  [[nodiscard]] std::size_t IndexOf(std::string_view issuer) const;

  std::string path_;
  UniqueFd lock_;
  std::string load_error_;
  std::vector<IssuerKeys> issuers_;
  std::vector<FileEntry> in_file_;
  bool dirty_ = false;
};

}  // namespace pamjwt::fetcher
