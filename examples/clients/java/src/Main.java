import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeSet;
import miniprogram.login.ApiClient;
import miniprogram.login.ApiException;
import miniprogram.login.api.QqApi;
import miniprogram.login.api.SessionsApi;
import miniprogram.login.api.UsersApi;
import miniprogram.login.api.WeChatApi;
import miniprogram.login.model.ApiError;
import miniprogram.login.model.SignedProfileLink;
import miniprogram.login.model.SilentLoginWechat;

/** Logs a person in on WeChat, links QQ, reads the user and logs out. Arguments: the server's address, the person's name in the sandbox. */
public class Main {
  static final ObjectMapper json = new ObjectMapper();

  /** A login code from the sandbox. In an app it comes from wx.login() or qq.login(). */
  static String codeOf(String server, String platform, String person) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(server + "/sandbox/" + platform + "/login"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(Map.of("person", person))))
            .build();
    var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    return json.readTree(answer.body()).get("code").asText();
  }

  public static void main(String[] args) throws Exception {
    String server = args[0], person = args[1];
    var client = new ApiClient();
    client.updateBaseUri(server);
    client.setRequestInterceptor(request -> request.header("X-Hydrogen-Client-ID", "sandbox"));

    var first = new SilentLoginWechat().code(codeOf(server, "wechat", person));
    var session = new WeChatApi(client).silentLoginWechat(first, null, null);
    client.setRequestInterceptor(
        request -> request.header("X-Hydrogen-Client-ID", "sandbox").header("Authorization", "Hydrogen-r1 " + session.getToken()));
    System.out.println("logged in as " + session.getUserId());
    var second = new SignedProfileLink().code(codeOf(server, "qq", person));
    System.out.println("linked to " + new QqApi(client).linkQq(second, null).getUserId());
    var user = new UsersApi(client).getUser(session.getUserId(), null, null, null);
    System.out.println("platforms " + String.join(" ", new TreeSet<>(user.getProvider().keySet())));
    System.out.println("logged out " + new SessionsApi(client).logout(null, Map.of()).getStatus());

    try {
      new WeChatApi(client).silentLoginWechat(first, null, null);
    } catch (ApiException failure) {
      var error = client.getObjectMapper().readValue(failure.getResponseBody(), ApiError.class);
      System.out.println("refused " + failure.getCode() + " " + error.getCode());
    }
  }
}
