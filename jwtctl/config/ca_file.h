#pragma once

#include <cstddef>
#include <string>

#include "core/base/result.h"
#include "io/file.h"

namespace pamjwt::ctl {

/// The numbers of certificates in a file.
struct CaCertificates {
  std::size_t all;      ///< at least 1
  std::size_t current;  ///< those that have not expired
};

/// Reads a file of certificates in PEM, as jwks-fetcher and then libcurl read `ca_file`: at most
/// 4 MiB, under the rules of ReadTrustedFile. Errors: kKeysMissing, also if the file has no
/// certificate, or a damaged one; kInternal if memory runs out.
Result<CaCertificates> ReadCaFile(const std::string& path, Owners owners);

}  // namespace pamjwt::ctl
