#pragma once

#include <optional>
#include <string>
#include <vector>

namespace pamjwt::ctl {

/// The place to which a path leads.
struct RealPath {
  std::string path;                  ///< without any link, "." or ".."
  std::vector<std::string> links{};  ///< real paths of the symbolic links on the way
};

/// Follows `path` on the host whose / is the directory `root` ("": this host). Links lead to where
/// they would lead on that host, and never out of the tree. Returns nullopt if nothing is there, or
/// if there are more than 40 links on the way (they may go in a circle).
std::optional<RealPath> FindRealPath(const std::string& root, const std::string& path);

}  // namespace pamjwt::ctl
