#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "io/file.h"

namespace pamjwt::ctl {

/// The files of a host: of this one, or of one whose / is a directory here. Paths are the host's.
class HostTree {
 public:
  /// `root` is empty for this host.
  explicit HostTree(std::string root) : root_(std::move(root)) {}

  [[nodiscard]] bool IsThisHost() const { return root_.empty(); }
  /// Who may own what decides: root, and whose tree it is.
  [[nodiscard]] Owners owners() const { return OwnersFor(!root_.empty()); }

  /// Where a file of the host is.
  [[nodiscard]] std::string Locate(const std::string& path) const { return root_ + path; }
  /// The path without links at its end; those that begin with / stay in the tree.
  [[nodiscard]] std::string Resolve(const std::string& path) const;

  [[nodiscard]] bool Exists(const std::string& path) const;
  /// Whoever owns it. Errors: kConfigInvalid if it cannot be read, or is longer than kMaxHostFile.
  [[nodiscard]] Result<std::string> Read(const std::string& path) const;
  /// Does it, and every directory above, belong to root alone? Errors: kConfigInvalid.
  [[nodiscard]] Status CheckOwner(const std::string& path) const;
  /// As CheckOwner for the file that the path leads to, and for each link on the way, since the
  /// owner of a link can have it lead elsewhere. Errors: kConfigInvalid, also if nothing is there.
  [[nodiscard]] Status CheckOwnerOfWay(const std::string& path) const;
  /// The names in a directory, in order; none if there is no such directory.
  [[nodiscard]] std::vector<std::string> List(const std::string& path) const;
  /// The paths that fit a pattern of glob(7), in order.
  [[nodiscard]] std::vector<std::string> Find(const std::string& pattern) const;

  static constexpr std::size_t kMaxHostFile = std::size_t{1024} * 1024;

 private:
  [[nodiscard]] Status CheckOwnerOfLink(const std::string& link) const;

  std::string root_;
};

}  // namespace pamjwt::ctl
