#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt {

/// A key or a certificate as one line of text: the content of a .pub file.
struct SshKeyLine {
  std::string_view type;  ///< the name of its type, which may be unknown; a part of the line
  SecretString blob;      ///< the base64, decoded
};

/// Reads "TYPE BASE64" and, behind a blank, a comment, which may be anything. The words are divided
/// by one or more spaces or tabs. Blanks and an end of line may stand around them, and nothing
/// else. Whether the blob is of this type is not checked. Errors: kCertificateMalformed if a word
/// is absent, the second is not strict base64, the line has more than kMaxSshKeyLineBytes, or there
/// is more than one line.
Result<SshKeyLine> ParseSshKeyLine(std::string_view line);

/// The longest line of a key, in bytes: a certificate of kMaxCertificateBytes, and a comment.
inline constexpr std::size_t kMaxSshKeyLineBytes = std::size_t{132} * 1024;

}  // namespace pamjwt
