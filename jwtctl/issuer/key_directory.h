#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "io/unique_fd.h"

namespace pamjwt::ctl {

/// A file that is about to be written.
struct NewFile {
  std::string name;
  mode_t mode;
  std::string_view text;
};

/// A directory into which keys are written.
class KeyDirectory {
 public:
  /// Opens the directory. Makes it, and the directories above it, with mode 0700 if they do not
  /// exist. Errors: kInternal.
  static Result<KeyDirectory> Open(const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Returns whether there is a file, or anything else, of this name.
  [[nodiscard]] bool Has(const std::string& name) const;
  /// Removes the file, if it exists and can be removed.
  void Remove(const std::string& name) const;

  /// Writes the files, with exactly these modes, whatever the umask is. No link is followed. All
  /// are complete under other names before the first comes into its place, in this order. After an
  /// error the directory is as it was. Without `replace`, a file that exists is an error.
  /// Errors: kInternal.
  [[nodiscard]] Status WriteTogether(const std::vector<NewFile>& files, bool replace) const;

 private:
  KeyDirectory(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  [[nodiscard]] Error SystemErrorOf(const std::string& name) const;
  [[nodiscard]] Status WriteNew(const NewFile& file) const;
  [[nodiscard]] Status PutInPlace(const std::vector<NewFile>& files, bool replace) const;
  [[nodiscard]] Status PutInPlace(const std::string& name, bool replace) const;
  void PutBack(const std::string& name) const;

  std::string path_;
  UniqueFd fd_;
};

}  // namespace pamjwt::ctl
