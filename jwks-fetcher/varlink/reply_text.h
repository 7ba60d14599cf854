#pragma once

#include <memory>
#include <string>

#include "io/varlink.h"

namespace pamjwt::fetcher {

/// A reply as it is sent, with its NUL. Copies share the text: a long reply to many clients needs
/// memory once.
class ReplyText {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): every reply can be sent
  ReplyText(const VarlinkReply& reply)
      : text_(std::make_shared<const std::string>(FormatVarlinkReply(reply))) {}

  [[nodiscard]] const std::string& get() const { return *text_; }

 private:
  std::shared_ptr<const std::string> text_;
};

}  // namespace pamjwt::fetcher
