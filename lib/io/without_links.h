#pragma once

#include <string>

namespace pamjwt {

/// Returns a path without symbolic links, for a file that a person names: home directories and what
/// is in them are often behind links, and so are certificates in /etc/ssl/certs. The rules by which
/// the file is trusted then hold where the links lead. Returns `path` itself if nothing is found
/// there.
std::string WithoutLinks(const std::string& path);

}  // namespace pamjwt
