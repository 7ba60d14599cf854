#pragma once

#include <sys/types.h>

#include <map>
#include <string>

namespace pamjwt::test {

/// The files that would be on the disk after a loss of power: each with the bytes that it had when
/// it was last synced. Watches fsync() and fdatasync() of this process while it exists. There must
/// be only one object at a time.
class SyncedFiles {
 public:
  SyncedFiles();
  SyncedFiles(const SyncedFiles&) = delete;
  SyncedFiles& operator=(const SyncedFiles&) = delete;
  ~SyncedFiles();

  /// Copies the files of a directory, as far as they were synced, into another.
  void Restore(const std::string& from, const std::string& into) const;

  /// Returns how often a file was synced.
  [[nodiscard]] int count() const { return count_; }

  /// Keeps the bytes that the file `fd` has now. fsync() and fdatasync() call it.
  void Note(int fd);

 private:
  std::map<ino_t, std::string> files_;  // by inode
  int count_ = 0;
};

}  // namespace pamjwt::test
