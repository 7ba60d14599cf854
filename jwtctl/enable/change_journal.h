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

/// Changes files so that either all of them change or no file does, whatever happens in between.
///
/// Below /var/lib/pam_jwt it keeps the old files (`backup`, also when all is done) and the journal,
/// a list of the files of a change that has begun and is not confirmed (`unconfirmed`). Both
/// survive a reboot. Only the process that has the lock, and its forks, may change anything by it.
/// All errors, unless said otherwise: kInternal.
class ChangeJournal {
 public:
  /// Takes the directory that stands for /; "" for this host.
  explicit ChangeJournal(std::string root);

  /// Takes the lock, which keeps other processes out until the descriptor is closed here and in all
  /// forks. Does not wait: it is an error if another process has the lock.
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
  /// Gives the files back their old content, removes those that did not exist, and returns the
  /// paths of all. Returns no path if nothing is pending. The content that is taken back is kept
  /// beside the backups, in files that end in .taken-back. Errors: also those of ParseJournal.
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
  bool had_file;  ///< true: TakeBack puts the backup back; false: it removes the new file
};

/// Reads a journal. Errors (kConfigInvalid): it is not as Begin writes it, or names a file that
/// jwtctl does not change.
Result<std::vector<JournalEntry>> ParseJournal(std::string_view text);

}  // namespace pamjwt::ctl
