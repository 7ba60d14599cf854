#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "io/file.h"
#include "io/unique_fd.h"

namespace pamjwt::ctl {

/// A file of the host before and after a change. nullopt: it does not exist.
struct FileChange {
  std::string path;
  std::optional<std::string> before;
  std::optional<std::string> after;
};

/// Changes files so that either all of them change or none, whatever happens in between.
///
/// Below /var/lib/pam_jwt it keeps the old files (`backup`, also when all is done) and the list of
/// the change that has begun and is not confirmed (`unconfirmed`), which survives a reboot. Only
/// the process that has the lock may use it. All errors: kInternal.
class ChangeJournal {
 public:
  /// Takes the directory that stands for /; "" for this host.
  explicit ChangeJournal(std::string root);

  /// Takes the lock, which keeps other processes out until the descriptor is closed here and in all
  /// forks.
  [[nodiscard]] Result<UniqueFd> Lock() const;
  /// Checks whether a change has begun that is neither confirmed nor taken back.
  [[nodiscard]] bool IsPending() const;
  /// Writes the backups and the journal. The files themselves do not change yet.
  [[nodiscard]] Status Begin(const std::vector<FileChange>& changes) const;
  /// Writes the files, which keep owner, group, mode and SELinux label. A new file has mode 0644.
  /// If a stack or drop-in could be parsed before, its new text must be parsable too, else it is
  /// not written.
  [[nodiscard]] Status Apply(const std::vector<FileChange>& changes) const;
  /// Confirms the change: it stays.
  [[nodiscard]] Status Confirm() const;
  /// Gives the files back their old content, and returns their paths. Empty if nothing is pending.
  /// Their content in between is kept beside the backups, in files that end in .taken-back.
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
  bool had_file;  ///< the backup must be put back; else the file that is there now must be removed
};

/// Reads a journal. Errors (kConfigInvalid): it is not as Begin writes it, or names a file that
/// jwtctl does not change.
Result<std::vector<JournalEntry>> ParseJournal(std::string_view text);

}  // namespace pamjwt::ctl
