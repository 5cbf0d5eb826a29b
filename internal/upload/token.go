package upload

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	uploadv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/upload/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// Token asks CDI for the permission to upload into a claim. It is a secret, and good for
// a few minutes.
func Token(ctx context.Context, c *kube.Client, namespace, claim string) (string, error) {
	api, err := c.API(ctx)
	if err != nil {
		return "", err
	}
	request := &uploadv1.UploadTokenRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: claim},
		Spec:       uploadv1.UploadTokenRequestSpec{PvcName: claim},
	}
	err = api.Create(ctx, request)
	return request.Status.Token, err
}
