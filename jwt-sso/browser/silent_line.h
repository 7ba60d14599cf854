#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt::sso {

/// Shows `prompt` on the terminal of this process, and reads a line there, at most 16 KiB, without
/// showing it. A line that is read by the kernel as such would end at 4095 bytes.
///
/// The keys to erase a character, and to erase all, work as usual. A signal that ends or stops the
/// process does so after the terminal is as it was before; after a stop, the user is asked again.
/// What was typed or pasted beyond the line is dropped. Errors: kConversation if there is no
/// terminal, no line, or a longer one.
Result<SecretString> ReadSilentLine(std::string_view prompt);

}  // namespace pamjwt::sso
