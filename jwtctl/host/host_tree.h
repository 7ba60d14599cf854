#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "io/file.h"

namespace pamjwt::ctl {

/// The files of a host: of this host, or of one whose / is a directory of this host. Paths are as
/// that host sees them.
class HostTree {
 public:
  /// Takes the directory that stands for /; "" for this host.
  explicit HostTree(std::string root) : root_(std::move(root)) {}

  [[nodiscard]] bool IsThisHost() const { return root_.empty(); }
  /// Returns who may own files that decide: root, and in a tree also the user of this process.
  [[nodiscard]] Owners owners() const { return OwnersFor(!root_.empty()); }

  /// Returns the path of this host at which a file of the host is.
  [[nodiscard]] std::string Locate(const std::string& path) const { return root_ + path; }
  /// Returns the path to which a link at the end of `path` leads, after at most 16 links. A target
  /// that begins with / is a place in the tree. Returns `path` if no link is at its end.
  [[nodiscard]] std::string Resolve(const std::string& path) const;

  /// Checks whether something is at the path. A link that leads nowhere does not count.
  [[nodiscard]] bool Exists(const std::string& path) const;
  /// Reads a file of any owner. Errors: kConfigInvalid if it cannot be read, or is longer than
  /// kMaxHostFile.
  [[nodiscard]] Result<std::string> Read(const std::string& path) const;
  /// Checks that the file and every directory above it belong to owners(), and that no other user
  /// can write them. Errors: kConfigInvalid.
  [[nodiscard]] Status CheckOwner(const std::string& path) const;
  /// Checks the file that the path leads to, as CheckOwner does, and each link on the way: the
  /// owner of a link can have it lead elsewhere. Errors: kConfigInvalid, also if nothing is there.
  [[nodiscard]] Status CheckOwnerOfWay(const std::string& path) const;
  /// Returns the names in a directory, in order. Empty if there is no directory at the path.
  [[nodiscard]] std::vector<std::string> List(const std::string& path) const;
  /// Returns the paths that fit a pattern of glob(7), in order.
  [[nodiscard]] std::vector<std::string> Find(const std::string& pattern) const;

  /// The longest file that Read takes, in bytes.
  static constexpr std::size_t kMaxHostFile = std::size_t{1024} * 1024;

 private:
  /// Checks the owner of a link, and the directories above the link.
  [[nodiscard]] Status CheckOwnerOfLink(const std::string& link) const;

  std::string root_;
};

}  // namespace pamjwt::ctl
