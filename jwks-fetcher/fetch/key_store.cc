#include "jwks-fetcher/fetch/key_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <unordered_set>

#include "io/file.h"
#include "io/replace_file.h"
#include "io/system_error.h"

namespace pamjwt::fetcher {
namespace {

constexpr mode_t kKeyFileMode = 0644;

Error LockError(const std::string& path, int error) {
  if (error == EWOULDBLOCK) {
    return {Reason::kInternal, path + " is locked: another jwks-fetcher is running"};
  }
  return {Reason::kInternal, "lock " + path + ": " + DescribeErrno(error)};
}

/// Locks the file at `path`. The file is never removed: otherwise two processes could lock two
/// files of the same name.
Result<UniqueFd> Lock(const std::string& path) {
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600));
  if (!fd.ok()) return LockError(path, errno);
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return LockError(path, errno);
  return fd;
}

/// Returns a key file with the keys of one issuer, in which the times are the longest that there
/// are.
Result<std::string> FileOf(IssuerKeys keys) {
  keys.fetched = kLastSecond;
  keys.expires = kLastSecond;
  return FormatKeyFile({std::move(keys)});
}

std::size_t SizeOf(const Result<std::string>& file) {
  return file.ok() ? file.value().size() : 0;
}

/// Checks that `text` can be read by the module, and by the daemon when it starts again.
Status CheckReadsBack(std::string_view text) {
  const Result<std::vector<IssuerKeys>> read = ParseKeyFile(text);
  return read.ok() ? Ok() : Status(read.error());
}

bool HasFile(const std::string& path) {
  return access(path.c_str(), F_OK) == 0 || errno != ENOENT;
}

}  // namespace

Result<std::unique_ptr<KeyStore>> KeyStore::Open(std::string path, std::size_t max_bytes) {
  Result<UniqueFd> lock = Lock(path + ".lock");
  if (!lock.ok()) return std::move(lock).error();
  std::unique_ptr<KeyStore> store(
      new KeyStore(std::move(path), std::move(lock).value(), max_bytes));
  store->Load();
  return store;
}

void KeyStore::Load() {
  if (!HasFile(path_)) return;
  const Result<std::string> text =
      ReadTrustedFile(path_, {Owners{geteuid()}, kMaxKeyFileBytes, Reason::kKeysMissing, true});
  if (!text.ok()) {
    load_error_ = text.error().detail;
    return;
  }
  Result<std::vector<IssuerKeys>> issuers = ParseKeyFile(text.value());
  if (!issuers.ok()) {
    load_error_ = path_ + ": " + issuers.error().detail;
    return;
  }
  issuers_ = std::move(issuers).value();
  for (const IssuerKeys& keys : issuers_) bytes_ += SizeOf(FileOf(keys));
  NoteIndex();
  NoteFile();
}

void KeyStore::NoteIndex() {
  index_.clear();
  for (std::size_t i = 0; i < issuers_.size(); ++i) {
    index_.emplace(issuers_[i].issuer, i);
  }
}

/// Notes that the file has what the store has.
void KeyStore::NoteFile() {
  in_file_.clear();
  for (const IssuerKeys& keys : issuers_) {
    in_file_[keys.issuer] = {keys.keys.size(), keys.fetched};
  }
}

const KeyStore::FileEntry* KeyStore::FindInFile(std::string_view issuer) const {
  const auto found = in_file_.find(issuer);
  return found == in_file_.end() ? nullptr : &found->second;
}

/// Returns the index of the issuer in issuers_, or the size of issuers_.
std::size_t KeyStore::IndexOf(std::string_view issuer) const {
  const auto found = index_.find(issuer);
  return found == index_.end() ? issuers_.size() : found->second;
}

const IssuerKeys* KeyStore::Find(std::string_view issuer) const {
  const std::size_t index = IndexOf(issuer);
  return index == issuers_.size() ? nullptr : &issuers_[index];
}

Result<bool> KeyStore::Put(IssuerKeys keys) {
  const Result<std::string> file = FileOf(keys);
  if (!file.ok()) return Error{Reason::kKeysMissing, file.error().detail};
  // Without these checks, the keys of one issuer would keep the whole file from being written.
  Status reads_back = CheckReadsBack(file.value());
  if (!reads_back.ok()) return std::move(reads_back).error();
  const std::size_t index = IndexOf(keys.issuer);
  const bool is_new = index == issuers_.size();
  const Result<std::string> old_file = is_new ? std::string() : FileOf(issuers_[index]);
  const std::size_t bytes = bytes_ - SizeOf(old_file) + SizeOf(file);
  if (bytes > max_bytes_) {
    return Error{Reason::kKeysMissing, "with these keys, the key file would be longer than " +
                                           std::to_string(max_bytes_) + " bytes"};
  }
  bytes_ = bytes;
  dirty_ = true;
  if (!is_new) {
    issuers_[index] = std::move(keys);
    return !old_file.ok() || old_file.value() != file.value();
  }
  index_.emplace(keys.issuer, index);
  issuers_.push_back(std::move(keys));
  return true;
}

void KeyStore::Renew(std::string_view issuer, UnixTime fetched, UnixTime expires) {
  const std::size_t index = IndexOf(issuer);
  if (index == issuers_.size()) return;
  IssuerKeys& keys = issuers_[index];
  dirty_ = dirty_ || keys.fetched != fetched || keys.expires != expires;
  keys.fetched = fetched;
  keys.expires = expires;
}

void KeyStore::KeepOnly(const std::vector<std::string>& issuers) {
  const std::unordered_set<std::string_view> kept(issuers.begin(), issuers.end());
  const auto removed = std::erase_if(issuers_, [&](const IssuerKeys& keys) {
    if (kept.contains(keys.issuer)) return false;
    bytes_ -= SizeOf(FileOf(keys));
    return true;
  });
  if (removed == 0) return;
  NoteIndex();
  dirty_ = true;
}

Status KeyStore::Write() {
  const Result<std::string> text = FormatKeyFile(issuers_);
  if (!text.ok()) return text.error();
  Status replaced = ReplaceFile(path_, text.value(), kKeyFileMode, CheckReadsBack);
  if (!replaced.ok()) return replaced;
  dirty_ = false;
  NoteFile();
  return Ok();
}

}  // namespace pamjwt::fetcher
