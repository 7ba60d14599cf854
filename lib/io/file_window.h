#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.h"
#include "io/file.h"
#include "io/unique_fd.h"

namespace pamjwt {

/// A file that is searched by reading small parts of it. Keeps the part that was read last. A file
/// of up to 16 KiB is read at once.
class FileWindow {
 public:
  /// Opens a file under the rules of OpenTrustedFile().
  static Result<FileWindow> Open(const std::string& path, const FileRules& rules);
  /// Opens a file as Open() does. Returns nullopt if there is no such file, or no directory for it.
  static Result<std::optional<FileWindow>> OpenIfThere(const std::string& path,
                                                       const FileRules& rules);

  /// Returns the size of the file in bytes, as it was when the file was opened.
  [[nodiscard]] std::size_t size() const { return file_.size; }

  /// Returns `count` bytes from `offset` on, or those up to the end. They are valid until the next
  /// call. Errors: the reason of the rules.
  Result<std::string_view> Read(std::size_t offset, std::size_t count);

  /// Returns the bytes from `offset` on that are in memory. There may be no such bytes.
  [[nodiscard]] std::string_view Kept(std::size_t offset) const;

 private:
  FileWindow(OpenedFile file, Reason reason) : file_(std::move(file)), reason_(reason) {}

  [[nodiscard]] std::string_view view() const { return {bytes_.get(), count_}; }
  [[nodiscard]] bool Has(std::size_t offset, std::size_t count) const;
  Status Fill(std::size_t offset, std::size_t count);

  OpenedFile file_;
  Reason reason_;
  std::unique_ptr<char[]> bytes_;  // the part that was read last
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;  // where the part begins in the file
  std::size_t count_ = 0;
};

}  // namespace pamjwt
