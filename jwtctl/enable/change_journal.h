#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "io/file.h"
#include "io/unique_fd.h"

namespace pamjwt::ctl {

/// A file of the host before and after a change; none: it does not exist.
struct FileChange {
  std::string path;
  std::optional<std::string> before;
  std::optional<std::string> after;
};

/// Changes files so that all of them change or none, whatever happens in between.
///
/// Below /var/lib/pam_jwt it keeps what the files were (`backup`, also when all is done) and what
/// has begun and is not confirmed (`unconfirmed`), which outlives a reboot. One process at a time,
/// who has the lock. All errors: kInternal.
class ChangeJournal {
 public:
  /// `root`: "", or a directory that stands for /.
  explicit ChangeJournal(std::string root);

  /// Keeps others out while it and what is inherited from it by a fork is open.
  [[nodiscard]] Result<UniqueFd> Lock() const;
  /// Has a change begun that is neither confirmed nor taken back?
  [[nodiscard]] bool IsPending() const;
  /// Writes backups and journal. Nothing has changed yet.
  [[nodiscard]] Status Begin(const std::vector<FileChange>& changes) const;
  /// Writes the files, which keep owner, group, mode and SELinux label; a new one has mode 0644.
  /// A stack or drop-in that could be read before must be readable after, else it is not written.
  [[nodiscard]] Status Apply(const std::vector<FileChange>& changes) const;
  /// It stays.
  [[nodiscard]] Status Confirm() const;
  /// The files are what they were; gives their paths, none if nothing is pending. What they were in
  /// between is kept beside the backups, in files that end in .taken-back.
  [[nodiscard]] Result<std::vector<std::string>> TakeBack() const;

 private:
  [[nodiscard]] std::string OnHost(const std::string& path) const { return root_ + path; }
  [[nodiscard]] std::string Backup(const std::string& path) const;
  [[nodiscard]] Result<std::string> Read(const std::string& path) const;
  [[nodiscard]] Status Restore(const std::string& path) const;
  [[nodiscard]] Status RemoveNew(const std::string& path) const;
  [[nodiscard]] Status KeepTakenBack(const std::string& path, std::string_view content) const;

  std::string root_;
  Owners owners_;
};

/// A line of the journal.
struct JournalEntry {
  std::string path;
  bool had_file;  ///< to be put back; else what is there now is to be removed
};

/// Errors (kConfigInvalid): anything but what Begin writes, for files that jwtctl changes.
Result<std::vector<JournalEntry>> ParseJournal(std::string_view text);

}  // namespace pamjwt::ctl
