package orders;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.util.List;
import java.util.TreeMap;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Receives the events of users who are gone. An event may come twice, and both changes can be made twice. */
@RestController
class Events {
  record Data(@JsonProperty("user_id") long userId, @JsonProperty("merged_into") Long mergedInto) {}

  record Event(String type, Data data) {}

  private final Webhook webhook;
  private final JsonMapper json;
  private final Orders orders;

  Events(@Value("${WEBHOOK_SECRET}") String secret, JsonMapper json, Orders orders) {
    this.webhook = new Webhook(secret);
    this.json = json;
    this.orders = orders;
  }

  /** The signature is of the body as it was sent, so it is parsed afterwards. */
  @PostMapping("/login-events")
  ResponseEntity<Void> receive(@RequestHeader MultiValueMap<String, String> headers, @RequestBody String body) {
    var byName = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    byName.putAll(headers);
    try {
      webhook.verify(body, byName);
    } catch (WebhookVerificationException unsigned) {
      return ResponseEntity.status(HttpStatus.UNAUTHORIZED).build();
    }
    var event = json.readValue(body, Event.class);
    var user = String.valueOf(event.data().userId());
    switch (event.type()) {
      case "user.merged" -> orders.move(user, String.valueOf(event.data().mergedInto()));
      case "user.closed" -> orders.remove(user);
      default -> {}
    }
    return ResponseEntity.noContent().build();
  }
}
